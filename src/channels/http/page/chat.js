// The conversation: what was said, sending, waiting, trying again, and keeping it over a reload.
//
// An address that ends in #ask=… asks that question when the page opens, so that other pages can link to an answer.

import { WORDS, ERRORS } from './words.js';
import * as view from './view.js';

const KEPT = 'beian.conversation';
const LANGUAGE = 'beian.language';
const MOST_KEPT = 200;
const PATIENCE = 30000;

const { find } = view;
const text = find('text');
const log = find('log');
const scroll = find('scroll');

// turns: {who: 'you', text} | {who: 'bot', reply, conversation, as, good} | {who: 'line', as}; failed: why the last question has no answer.
let state = restore() ?? empty(null);
let language = startLanguage();
let demo = [];
let waiting = null;

function words() {
  return WORDS[language];
}

function empty(as) {
  return { conversation: newName(), as, turns: [], failed: null };
}

function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `w-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

// Storage may be switched off or full; the page works without it.
function restore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    if (!kept || !Array.isArray(kept.turns) || typeof kept.conversation !== 'string') return null;
    const last = kept.turns.at(-1);
    return { ...kept, failed: last?.who === 'you' ? (kept.failed ?? 'interrupted') : null };
  } catch {
    return null;
  }
}

function keep() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ ...state, turns: state.turns.slice(-MOST_KEPT) }));
  } catch { /* kept in memory only */ }
}

function startLanguage() {
  try {
    const chosen = localStorage.getItem(LANGUAGE);
    if (chosen in WORDS) return chosen;
  } catch { /* as if nothing was chosen */ }
  const wanted = navigator.languages ?? [navigator.language];
  const first = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in WORDS);
  return first ?? 'zh';
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
  return view.divider(words().switched(nameOf(turn.as)));
}

/** Draws everything anew: on start, on a change of language or person. Nothing of it is news to a screen reader. */
function draw() {
  log.setAttribute('aria-live', 'off');
  view.speak(language);
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
  if (state.failed) log.append(view.failure(state.failed, words(), again));
  else if (last?.who === 'bot' && last.reply.suggestions.length > 0) {
    log.append(view.suggestions(last.reply.suggestions, words(), ask));
  }
  find('welcome').hidden = state.turns.length > 0;
  find('fresh').hidden = state.turns.length === 0;
  find('typing').hidden = waiting === null;
  find('send').disabled = waiting !== null || text.value.trim() === '';
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
  if (asked === '' || waiting) return;
  state.failed = null;
  const node = add({ who: 'you', text: asked });
  send(asked);
  reveal(node);
}

function again() {
  const last = state.turns.at(-1);
  if (last?.who !== 'you' || waiting) return;
  state.failed = null;
  send(last.text);
  text.focus({ preventScroll: true });
}

async function send(question) {
  const mine = { abort: new AbortController() };
  waiting = mine;
  drawEnd();
  const timer = setTimeout(() => mine.abort.abort('timeout'), PATIENCE);
  let reply = null;
  let why = null;
  try {
    reply = await post(question, mine.abort.signal);
  } catch (error) {
    why = mine.abort.signal.reason === 'timeout' ? 'timeout' : (error.why ?? 'network');
  }
  clearTimeout(timer);
  // A conversation begun meanwhile wants nothing of the old one.
  if (waiting !== mine) return;
  waiting = null;
  state.failed = why;
  if (reply) reveal(add({ who: 'bot', reply, conversation: state.conversation, as: state.as }));
  else {
    keep();
    drawEnd();
    reveal(log.lastElementChild);
  }
}

async function post(question, signal) {
  const message = { text: question, conversation: state.conversation };
  if (state.as) message.as = state.as;
  const response = await fetch('/v1/messages', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(message),
    signal,
  });
  const body = await response.json().catch(() => null);
  if (response.ok && body && typeof body.text === 'string') {
    return { ...body, citations: body.citations ?? [], suggestions: body.suggestions ?? [] };
  }
  // A human has the conversation: the message is kept for them, and the assistant says nothing.
  if (response.ok && body?.speaker === 'human') {
    return { kind: 'handoff', text: words().human, citations: [], suggestions: [] };
  }
  throw Object.assign(new Error('refused'), { why: ERRORS[body?.error?.code] ?? 'other' });
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
    const response = await fetch('/v1/feedback', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(opinion),
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!response.ok) return false;
  } catch {
    return false;
  }
  turn.good = good;
  keep();
  return true;
}

function stopWaiting() {
  waiting?.abort.abort('left');
  waiting = null;
}

function begin() {
  stopWaiting();
  state = empty(state.as);
  keep();
  draw();
  text.focus();
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
  find('send').disabled = waiting !== null || text.value.trim() === '';
}

function submit() {
  if (waiting || text.value.trim() === '') return;
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
  try {
    localStorage.setItem(LANGUAGE, language);
  } catch { /* for this visit only */ }
  draw();
  grow();
});

async function loadPeople() {
  if (document.body.dataset.demo !== 'yes') {
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
  else if (state.turns.length === 0 && !sessionStorageHas()) state.as = demo[0]?.as ?? null;
  find('demo').hidden = false;
}

function sessionStorageHas() {
  try {
    return sessionStorage.getItem(KEPT) !== null;
  } catch {
    return false;
  }
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

async function start() {
  const asked = askedByAddress();
  draw();
  await loadPeople();
  draw();
  keep();
  grow();
  if (state.turns.length > 0) scroll.scrollTop = scroll.scrollHeight;
  if (asked) ask(asked);
  // On a phone that would bring up the keyboard over the examples.
  else if (!matchMedia('(pointer: coarse)').matches) text.focus();
}

addEventListener('hashchange', () => {
  const asked = askedByAddress();
  if (asked) ask(asked);
});

start();
