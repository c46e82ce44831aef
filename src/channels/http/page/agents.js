// The agents' page: who waits for a person, what was said, what to answer. Knows the network; what things look like is in
// agents_view.js. The key stays in this tab's session storage and goes into a header, never into an address.

import { WORDS } from './agents_words.js';
import * as view from './agents_view.js';

const KEY = 'beian.agent.key';
const HOLDER = 'beian.agent.name';
const LANGUAGE = 'beian.language';
const NAMES = { zh: 'zh-CN', en: 'en' };
/** How often the page looks for what is new, in milliseconds. */
const LOOK = 10_000;

const find = (id) => document.getElementById(id);
/** With --demo: who is played. */
const played = new URLSearchParams(location.search).get('as');
let language = startLanguage();
let desk = null;
let handovers = [];
/** What is open: `{handover, told, records}`. */
let open = null;
/** Grows with every conversation that is opened: what arrives for an earlier one is thrown away. */
let opened = 0;

const words = () => WORDS[language];

function stored(name) {
  try { return sessionStorage.getItem(name); } catch { return null; }
}

function store(name, text) {
  try {
    if (text === null) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, text);
  } catch { /* for as long as the page is open */ }
}

let key = played ? null : stored(KEY);
/** Who takes conversations; without a name the key does. */
let holder = played ? null : stored(HOLDER);
const signed = (body) => (holder ? { ...body, holder } : body);

function startLanguage() {
  try {
    const chosen = localStorage.getItem(LANGUAGE);
    if (chosen in WORDS) return chosen;
  } catch { /* as if nothing was chosen */ }
  const wanted = navigator.languages ?? [navigator.language];
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in WORDS) ?? 'zh';
}

/** Why the server said no. */
class Refusal extends Error {
  constructor(status, code) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

/** Asks the server. Throws a `Refusal`, or what `fetch` throws when there is no server. */
async function ask(path, body) {
  const headers = {};
  if (key) headers.authorization = `Bearer ${key}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const address = played ? `${path}?as=${encodeURIComponent(played)}` : path;
  const response = await fetch(address, {
    method: body === undefined ? 'GET' : 'POST', headers, body: body === undefined ? undefined : JSON.stringify(body),
  });
  const told = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(response.status, told?.error?.code ?? '');
  return told;
}

function tell(text) {
  find('told').textContent = text;
  if (text) setTimeout(() => { if (find('told').textContent === text) find('told').textContent = ''; }, 6000);
}

/** Does something and says so when it fails. */
async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) tell(words().lost);
    else if (error.status === 401) leave(words().badKey);
    else if (error.status === 403) tell(words().refused);
    else if (error.status === 404 || error.status === 409) {
      tell(words().missed);
      await look().catch(() => null);
    } else tell(words().failed);
    return undefined;
  }
}

// Signing in and out.

function leave(why = '') {
  key = null;
  store(KEY, null);
  desk = null;
  open = null;
  view.closed();
  find('desk').hidden = true;
  find('leave').hidden = true;
  find('report').hidden = true;
  find('who').textContent = '';
  find('sign-in').hidden = false;
  find('refused').textContent = why;
  find('key').value = '';
  find('key').focus();
}

async function enter() {
  if (!key && !played) return leave();
  try {
    desk = await ask('/v1/desk');
  } catch (error) {
    if (!(error instanceof Refusal)) return leave(words().lost);
    return leave(error.status === 403 ? words().notAgent : error.status === 401 ? words().badKey : words().failed);
  }
  if (!played) store(KEY, key);
  find('sign-in').hidden = true;
  find('desk').hidden = false;
  find('leave').hidden = Boolean(played);
  find('report').hidden = false;
  find('report').href = played ? `/agents/report?as=${encodeURIComponent(played)}` : '/agents/figures';
  draw();
  await attempt(look);
  const named = decodeURIComponent(location.hash.slice(1));
  if (named) await showNamed(named);
}

// What is there.

/** Looks for what is new; draws only what has changed, so that nothing is lost that somebody is typing. */
async function look() {
  const [now, list] = [await ask('/v1/desk'), (await ask('/v1/handovers')).handovers];
  const changed = JSON.stringify([now, list]) !== JSON.stringify([desk, handovers]);
  desk = now;
  handovers = list;
  if (open?.handover) open.handover = handovers.find((one) => one.number === open.handover.number) ?? { ...open.handover, state: 'closed' };
  if (changed) drawSide();
  if (open) await reread(changed);
}

async function reread(changed) {
  const number = opened;
  const told = await conversation(open.told);
  if (number !== opened || !told) return;
  const news = JSON.stringify(told) !== JSON.stringify(open.told);
  open.told = told;
  if (news || changed) drawCase();
}

/** The conversation of a handover, or of another conversation. */
async function conversation(of) {
  try {
    const all = (await ask(`/v1/conversations/${encodeURIComponent(of.conversation)}`)).conversations;
    return all.find((one) => one.channel === of.channel && one.user === of.user) ?? null;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
}

async function show(handover) {
  const number = ++opened;
  const told = await attempt(() => conversation(handover));
  if (told === undefined || number !== opened) return;
  const nothing = { channel: handover.channel, user: handover.user, conversation: handover.conversation, speaker: 'assistant', holder: null, turns: [] };
  open = { handover, told: told ?? nothing };
  drawSide();
  drawCase(true);
  find('case').focus({ preventScroll: true });
  await showRecords(handover.packet?.account ?? null, number);
}

async function showNamed(name) {
  const number = ++opened;
  const all = await attempt(async () => {
    try {
      return (await ask(`/v1/conversations/${encodeURIComponent(name)}`)).conversations;
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return [];
      throw error;
    }
  });
  if (!all || number !== opened) return;
  if (all.length === 0) return tell(words().none);
  const told = all[0];
  const handover = handovers.find((one) => one.conversation === told.conversation && one.channel === told.channel && one.user === told.user);
  if (handover) return show(handover);
  open = { handover: null, told };
  drawSide();
  drawCase(true);
  find('case').focus({ preventScroll: true });
  await showRecords(null, number);
}

async function showRecords(account, number) {
  if (!account) return view.records(null, words(), language);
  const records = await attempt(async () => {
    try {
      return await ask(`/v1/records/accounts/${encodeURIComponent(account)}`);
    } catch (error) {
      if (error instanceof Refusal && error.status === 404) return {};
      throw error;
    }
  });
  if (records && number === opened) {
    open.records = records;
    view.records(records, words(), language);
  }
}

// What agents do.

const actions = {
  show,
  async take(handover) {
    if (await attempt(() => ask(`/v1/handovers/${handover.number}/take`, signed({})))) {
      tell(words().took);
      await attempt(look);
    }
  },
  async giveBack(handover) {
    if (await attempt(() => ask(`/v1/handovers/${handover.number}/give_back`, {}))) {
      tell(words().gaveBack);
      await attempt(look);
    }
  },
  /** Sends where the channel can be reached. True: it is on its way. */
  async send(text, delivery) {
    if (!text.trim()) {
      tell(words().empty);
      return false;
    }
    const { handover } = open;
    const sent = await attempt(() => ask(`/v1/handovers/${handover.number}/answer`, signed({ text, delivery })));
    if (!sent) return false;
    tell(words().sent);
    await attempt(look);
    return true;
  },
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      tell(words().copied);
    } catch {
      tell(words().notCopied);
    }
  },
  fill: (text) => view.fill(text),
  explain: (id) => attempt(() => ask(`/v1/replies/${encodeURIComponent(id)}`)),
  propose: (id) => attempt(() => ask(`/v1/replies/${encodeURIComponent(id)}/proposal`)),
  reaches: () => Boolean(open?.handover && open.handover.state !== 'closed' && desk?.reaches.includes(open.handover.channel)),
};

// Drawing.

function drawSide() {
  view.handovers(handovers, open?.handover?.number, words(), actions);
  view.queues(desk, words());
}

function drawCase(anew = false) {
  view.conversation(open, words(), language, actions, anew);
}

function draw() {
  const w = words();
  document.documentElement.lang = NAMES[language];
  document.title = w.title;
  for (const node of document.querySelectorAll('[data-words]')) node.textContent = w[node.dataset.words];
  find('language').textContent = w.other;
  find('language').lang = NAMES[language === 'zh' ? 'en' : 'zh'];
  if (!desk) return;
  find('who').textContent = holder ?? desk.agent;
  drawSide();
  drawCase();
  if (open) view.records(open.records ?? null, w, language);
}

find('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  try { localStorage.setItem(LANGUAGE, language); } catch { /* for this visit only */ }
  draw();
});
find('leave').addEventListener('click', () => leave());
find('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  key = find('key').value.trim();
  holder = find('holder').value.trim() || null;
  store(HOLDER, holder);
  enter();
});
find('open-one').addEventListener('submit', (event) => {
  event.preventDefault();
  const name = find('name').value.trim();
  if (name) showNamed(name);
});
find('search').addEventListener('submit', async (event) => {
  event.preventDefault();
  const query = find('query').value.trim();
  if (!query) return;
  const found = await attempt(() => ask('/v1/search', { query, limit: 5 }));
  if (found) view.found(found.sections, words(), actions);
});

draw();
await enter();
setInterval(() => { if (desk && !document.hidden) look().catch((error) => { if (error?.status === 401) leave(words().badKey); else tell(words().lost); }); }, LOOK);
