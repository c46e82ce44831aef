// The conversation: what was said, sending, waiting, trying again, and keeping it over a reload.
//
// An address that ends in #ask=… asks that question when the page opens, so that other pages can link to an answer.

import { WORDS, ERRORS } from './words.js';
import * as account from './account.js';
import * as host from './host.js';
import * as listening from './listening.js';
import { chooseLanguage, chosenLanguage, empty, isKept, keepState, newName, restore, startLanguage } from './kept.js';
import * as view from './view.js';

const PATIENCE = 30000;

const { find } = view;
const text = find('text');
const log = find('log');
const scroll = find('scroll');

// turns: {who: 'you', text} | {who: 'bot', reply, conversation, as, good} | {who: 'line', as | signed}; failed: why the last question has
// no answer; owner: who was signed in when the turns were shown; listening: whether a human is there or awaited, heard: the last that
// they said.
let state = empty(null);
let language = startLanguage();
let demo = [];
let waiting = null;
let started = false;
// What signs somebody in; it is kept nowhere.
let token = null;

function words() {
  return WORDS[language];
}

function keep() {
  keepState(state);
}

function nameOf(as) {
  return demo.find((one) => one.as === as)?.name[language] ?? (as ? as : words().nobody);
}

function show(turn) {
  if (turn.who === 'you') return view.question(turn.text, words());
  if (turn.who === 'bot') {
    // What was said under another name, or in a conversation that is over, is rated where it was said.
    const rating = turn.reply.id && turn.conversation && {
      given: turn.good,
      give: (good, reason) => rate(turn, good, reason),
    };
    const agent = demo.find((one) => one.as === state.as)?.agent;
    return view.answer(turn.reply, words(), rating, agent && turn.reply.id ? () => explain(turn.reply.id) : null);
  }
  if ('signed' in turn) return view.divider(turn.signed ? words().signedIn : words().signedOut);
  return view.divider(words().switched(nameOf(turn.as)));
}

/** Draws everything anew: on start, on a change of language or person. Nothing of it is news to a screen reader. */
function draw() {
  log.setAttribute('aria-live', 'off');
  view.speak(language);
  account.draw(words());
  if (document.body.dataset.demo === 'yes') view.people(demo, state.as, words(), language, choose);
  const person = demo.find((one) => one.as === state.as);
  const own = (person?.questions ?? []).map((question) => question[language]);
  view.examples([...new Set([...own, ...words().questions])].slice(0, 6), ask);
  log.replaceChildren(...state.turns.map(show));
  drawEnd();
  requestAnimationFrame(() => log.setAttribute('aria-live', 'polite'));
}

/** What follows the last turn: suggestions, or why there is no answer; and what depends on whether there is a turn. */
function drawEnd() {
  for (const old of log.querySelectorAll('.chips, .failure')) old.remove();
  const last = state.turns.at(-1);
  if (state.failed) log.append(view.failure(state.failed, state.retryIn, words(), again));
  else if (last?.who === 'bot' && last.reply.suggestions.length > 0) {
    log.append(view.suggestions(last.reply.suggestions, words(), ask));
  }
  find('welcome').hidden = state.turns.length > 0;
  find('fresh').hidden = state.turns.length === 0;
  find('typing').hidden = waiting === null;
  find('send').disabled = !ready() || text.value.trim() === '';
}

/** Whether a question can be asked now. */
function ready() {
  return started && waiting === null;
}

/** Puts the keyboard where one writes; on a phone that would bring up a keyboard nobody asked for. */
function settle() {
  (matchMedia('(pointer: coarse)').matches ? scroll : text).focus({ preventScroll: true });
}

function add(turn) {
  state.turns.push(turn);
  const node = log.appendChild(show(turn));
  keep();
  drawEnd();
  return node;
}

/** Brings a new turn into view. Of a long one its beginning, below the question if there is room for both. */
function reveal(node) {
  const room = scroll.clientHeight;
  const asked = node.previousElementSibling;
  const first = asked?.classList.contains('you') && asked.offsetHeight < room / 3 ? asked : node;
  const to = Math.min(first.offsetTop - 16, scroll.scrollHeight);
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  scroll.scrollTo({ top: to, behavior: still ? 'auto' : 'smooth' });
}

function ask(question) {
  const asked = question.trim();
  if (asked === '' || !ready()) return;
  // The button that said it goes away, and the keyboard must not go with it.
  const lost = document.activeElement?.closest('.chips, .examples');
  state.failed = null;
  const node = add({ who: 'you', text: asked });
  if (lost) settle();
  send(asked);
  reveal(node);
}

function again() {
  const last = state.turns.at(-1);
  if (last?.who !== 'you' || !ready()) return;
  state.failed = null;
  send(last.text);
  settle();
}

async function send(question) {
  const mine = { abort: new AbortController() };
  waiting = mine;
  drawEnd();
  const timer = setTimeout(() => mine.abort.abort('timeout'), PATIENCE);
  let reply = null;
  let why = null;
  let seconds = null;
  try {
    reply = await post(question, mine.abort.signal);
  } catch (error) {
    why = mine.abort.signal.reason === 'timeout' ? 'timeout' : (error.why ?? (navigator.onLine ? 'network' : 'offline'));
    seconds = error.seconds ?? null;
  }
  clearTimeout(timer);
  // A conversation begun meanwhile wants nothing of the old one.
  if (waiting !== mine) return;
  waiting = null;
  state.failed = why;
  state.retryIn = seconds;
  if (reply) {
    host.news();
    reveal(add({ who: 'bot', reply, conversation: state.conversation, as: state.as }));
    if (reply.kind === 'handoff') {
      state.listening = true;
      keep();
      listenToHuman();
    }
  } else {
    keep();
    drawEnd();
    reveal(log.lastElementChild);
  }
}

/** A request as whoever is signed in. A token that isn't taken is renewed once, then left: better a stranger than no answer. */
async function call(path, options) {
  for (let tries = 1; ; tries += 1) {
    const shown = token;
    const { headers, ...rest } = options();
    const signed = shown ? { Authorization: `Beian-Session ${shown}` } : {};
    const response = await fetch(path, { ...rest, headers: { ...headers, ...signed } });
    if (response.status !== 401 || !shown) return response;
    // Another request may have renewed it meanwhile.
    const next = shown === token && tries === 1 ? await host.newToken() : null;
    if (shown !== token) continue;
    if (next && next !== shown) identify(next);
    else signOut();
  }
}

/** Goes on as whom a token names, or as nobody. What somebody signed in was told is theirs: nobody after them sees it. */
function identify(next) {
  const before = token;
  token = next;
  const user = host.userOf(next);
  if (user === state.owner && (before || !next)) return;
  stopWaiting();
  const turns = state.owner === null || state.owner === user ? state.turns : [];
  if (turns.length > 0) turns.push({ who: 'line', signed: true });
  state = { ...empty(null), owner: user, turns };
  keep();
  draw();
  find('demo').hidden = token !== null || document.body.dataset.demo !== 'yes';
  account.refresh(call, words);
}

/** The sign-in has run out: the question that is open is asked once more, by nobody in particular, in a new conversation. */
function signOut() {
  token = null;
  state.conversation = newName();
  state.turns.splice(state.turns.at(-1)?.who === 'you' ? -1 : state.turns.length, 0, { who: 'line', signed: false });
  keep();
  draw();
  account.refresh(call, words);
}

/** Hears what a human says in this conversation, as long as one is there or awaited. */
function listenToHuman() {
  if (!state.listening) return;
  const fetchNew = async (signal) => {
    const query = new URLSearchParams({ conversation: state.conversation });
    if (state.heard) query.set('after', state.heard);
    if (state.as) query.set('as', state.as);
    const response = await call(`/v1/answers?${query}`, () => ({ signal }));
    return response.ok ? response.json() : null;
  };
  listening.listen(fetchNew, ({ speaker, waiting: awaited, answers }) => {
    state.listening = awaited || speaker === 'human';
    for (const { id, text: said } of answers) {
      state.heard = id;
      const reply = { kind: 'human', text: said, citations: [], suggestions: [] };
      host.news();
      reveal(add({ who: 'bot', reply, conversation: state.conversation, as: state.as }));
    }
    keep();
  });
}

async function post(question, signal) {
  const response = await call('/v1/messages', () => {
    const message = { text: question, conversation: state.conversation };
    if (state.as) message.as = state.as;
    return { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(message), signal };
  });
  const body = await response.json().catch(() => null);
  if (response.ok && body && typeof body.text === 'string') {
    return { ...body, citations: body.citations ?? [], suggestions: body.suggestions ?? [] };
  }
  // A human has the conversation: the message is kept for them, and the assistant says nothing.
  if (response.ok && body?.speaker === 'human') {
    return { kind: 'handoff', text: words().human, citations: [], suggestions: [] };
  }
  const busy = response.status === 429 || response.status === 503;
  const seconds = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  throw Object.assign(new Error('refused'), {
    why: ERRORS[body?.error?.code] ?? (busy ? 'busy' : 'other'),
    seconds: busy && seconds > 1 ? seconds : null,
  });
}

/** How an answer came about, for agents; null where that isn't told. */
async function explain(id) {
  try {
    const query = new URLSearchParams({ as: state.as });
    const response = await fetch(`/v1/replies/${encodeURIComponent(id)}?${query}`, { signal: AbortSignal.timeout(PATIENCE) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Says what was thought of an answer; gives whether that was kept. */
async function rate(turn, good, reason) {
  const opinion = { id: turn.reply.id, good, conversation: turn.conversation };
  if (turn.as) opinion.as = turn.as;
  if (reason) opinion.reason = reason;
  try {
    const response = await call('/v1/feedback', () => ({
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(opinion),
      signal: AbortSignal.timeout(PATIENCE),
    }));
    if (!response.ok) return false;
  } catch {
    return false;
  }
  turn.good = good;
  keep();
  return true;
}

function stopWaiting() {
  listening.stop();
  waiting?.abort.abort('left');
  waiting = null;
}

function begin() {
  stopWaiting();
  state = { ...empty(state.as), owner: token ? state.owner : null };
  keep();
  draw();
  settle();
}

/** Another person is another conversation; what was said before stays to be read. */
function choose(as) {
  if (as === state.as) return;
  stopWaiting();
  const { turns } = state;
  state = { ...empty(as), turns };
  if (turns.length > 0) {
    if (turns.at(-1).who === 'line') turns.pop();
    turns.push({ who: 'line', as });
  }
  keep();
  draw();
  find('people').querySelector(':checked')?.focus();
  if (turns.length > 0) scroll.scrollTop = scroll.scrollHeight;
}

function grow() {
  text.style.height = 'auto';
  text.style.height = `${text.scrollHeight}px`;
  find('send').disabled = !ready() || text.value.trim() === '';
}

function submit() {
  if (!ready() || text.value.trim() === '') return;
  const question = text.value;
  text.value = '';
  grow();
  ask(question);
}

find('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  submit();
});

text.addEventListener('input', grow);

text.addEventListener('keydown', (event) => {
  // Enter also ends a word in an input method: 229 is how Safari says so after the composition has closed.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
});

find('fresh').addEventListener('click', begin);

find('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  chooseLanguage(language);
  draw();
  grow();
});

async function loadPeople() {
  if (document.body.dataset.demo !== 'yes' || token) {
    state.as = null;
    return;
  }
  try {
    demo = (await (await fetch('/v1/demo')).json()).people;
  } catch {
    demo = [];
  }
  if (state.as && !demo.some((one) => one.as === state.as)) state.as = null;
  // A newcomer starts as the first applicant, who has something on record.
  else if (state.turns.length === 0 && !isKept()) state.as = demo[0]?.as ?? null;
  find('demo').hidden = false;
}

function askedByAddress() {
  if (!location.hash.startsWith('#ask=')) return null;
  const coded = location.hash.slice('#ask='.length);
  history.replaceState(null, '', location.pathname + location.search);
  try {
    return decodeURIComponent(coded.replace(/\+/g, ' '));
  } catch {
    return null;
  }
}

/** Who is signed in on the site around us, and whether what is kept is theirs. */
async function meet() {
  const hello = await host.greeting();
  token = hello?.token ?? null;
  const user = host.userOf(token);
  const kept = restore();
  // What nobody in particular said may go on as somebody; the other way round it may not be seen.
  if (kept && (kept.owner === user || kept.owner === null)) {
    const goesOn = kept.owner === user;
    if (!goesOn && kept.turns.length > 0) kept.turns.push({ who: 'line', signed: true });
    state = goesOn ? kept : { ...empty(null), turns: kept.turns };
  }
  state.owner = user;
  if (hello?.language in WORDS && !chosenLanguage()) language = hello.language;
  // A frame that was hidden takes the keyboard only once it is drawn.
  host.listen(identify, () => requestAnimationFrame(settle));
  return hello;
}

async function start() {
  const asked = askedByAddress();
  account.prepare(call, words);
  find('close').hidden = !host.framed;
  const hello = await meet();
  draw();
  await loadPeople();
  started = true;
  draw();
  keep();
  grow();
  if (token) account.refresh(call, words);
  listenToHuman();
  if (state.turns.length > 0) scroll.scrollTop = scroll.scrollHeight;
  if (asked) ask(asked);
  // In a frame only when somebody opened it: the site has the keyboard otherwise.
  else if (!host.framed || hello?.shown) settle();
}

find('close').addEventListener('click', host.close);

if (host.framed) {
  addEventListener('keydown', (event) => {
    // Escape also drops what an input method has begun.
    if (event.key === 'Escape' && !event.isComposing && event.keyCode !== 229) host.close();
  });
}

view.arrows(document.body);

addEventListener('hashchange', () => {
  const asked = askedByAddress();
  if (asked) ask(asked);
});

start();
