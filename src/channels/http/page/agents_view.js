// What the agents' page looks like in the document. Knows nothing of the network; every text goes in as text.

import { markdown } from './markdown.js';
import { make, receipt } from './view.js';
import { WORDS as CHAT } from './words.js';
import { FIELDS, KINDS } from './agents_words.js';

const find = (id) => document.getElementById(id);

function button(text, className, click) {
  const node = make('button', className, text);
  node.type = 'button';
  node.addEventListener('click', async () => {
    node.disabled = true;
    try { await click(); } finally { node.disabled = false; }
  });
  return node;
}

const reason = (why, w) => w.why[why] ?? (why.startsWith('topic: ') ? w.topic(why.slice(7)) : why);
const time = (at) => at.slice(0, 16).replace('T', ' ');

/** Nothing is open any more. */
export function closed() {
  for (const id of ['case', 'records', 'found', 'handovers', 'queues']) find(id).replaceChildren();
}

/** Who waits, and who has it. */
export function handovers(list, chosen, w, actions) {
  if (list.length === 0) {
    find('handovers').replaceChildren(make('li', 'none', w.nobody));
    return;
  }
  find('handovers').replaceChildren(...list.map((one) => {
    const said = one.packet?.conversation ?? [];
    const node = button('', '', () => actions.show(one));
    node.append(
      make('span', 'line', said.at(-1)?.user ?? one.conversation),
      make('span', 'soft', `${reason(one.reason, w)} · ${one.state === 'taken' ? w.takenBy(one.taken_by ?? '') : w.state[one.state]}`),
      make('span', 'soft line', `${one.channel} · ${time(one.opened_at)}`),
    );
    if (one.number === chosen) node.setAttribute('aria-current', 'true');
    return make('li', '', [node]);
  }));
}

/** What the channels have still to do, and what they gave up. */
export function queues(desk, w) {
  const lines = desk.queues.map((one) => make('li', '', `${one.queue}${w.colon}${w.queued(one.waiting, one.dead)}`));
  const nodes = [lines.length > 0 ? make('ul', '', lines) : make('p', 'none', w.noQueues)];
  if (desk.dead.length > 0) {
    const dead = desk.dead.map((job) => make('li', '', [
      make('span', '', `${job.queue} ${job.lane}`), make('p', 'soft', `${job.error} · ${w.tries(job.tries)} · ${time(job.ended_at)}`),
    ]));
    nodes.push(make('details', '', [make('summary', '', `${w.dead} (${dead.length})`), make('ul', '', dead)]));
  }
  find('queues').replaceChildren(...nodes);
}

/** A text that can be sent, put into the box, or copied. */
function offer(title, text, sources, w, actions, more = []) {
  const prose = make('div', 'prose', [markdown(text, w.words)]);
  const inside = [make('h3', '', title), prose];
  if (sources.length > 0) inside.push(make('p', 'soft', `${w.sources}${w.colon}${sources.map((one) => [one.heading, ...one.as_of ? [w.asOf(one.as_of)] : []].join(w.comma)).join(' / ')}`));
  const row = [];
  if (actions.reaches()) row.push(button(w.sendThis, 'main', () => actions.send(text, nameOf(text))));
  row.push(button(w.copy, '', () => actions.copy(text)), button(w.fill, '', () => actions.fill(text)));
  inside.push(make('div', 'row', [...row, ...more.slice(0, 1)]), ...more.slice(1));
  return make('div', 'offer', inside);
}

/** The same click twice is one answer. */
let lastSent = { text: null, name: null };
function nameOf(text) {
  if (lastSent.text !== text) lastSent = { text, name: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}` };
  return lastSent.name;
}

function turn(one, w, language, actions) {
  if (one.text === '' && one.reply.intent === 'human') {
    return make('article', 'turn', [make('h3', '', `${w.said} · ${time(one.at)}`), make('p', 'offer mine', one.reply.text)]);
  }
  const why = receipt(CHAT[language], () => actions.explain(one.id));
  const said = [make('h3', '', `${w.user} · ${time(one.at)}`), make('p', 'said', one.text)];
  const silent = one.reply.kind === 'handoff' && one.reply.text === '';
  if (!silent) return make('article', 'turn', [...said, offer(w.bot, one.reply.text, one.reply.citations, w, actions, why)]);
  const room = make('div', 'offer', [make('p', 'soft', w.silent)]);
  room.append(make('div', 'row', [button(w.propose, '', async () => {
    const told = await actions.propose(one.id);
    if (!told) return;
    const because = receipt(CHAT[language], async () => told);
    room.replaceWith(offer(w.proposal, told.reply.text, told.reply.citations, w, actions, because));
  })]));
  return make('article', 'turn', [...said, room]);
}

function known(packet, w) {
  if (!packet) return [];
  const parts = [];
  const slots = Object.entries(packet.slots ?? {}).map(([name, value]) => `${name}=${value}`);
  if (slots.length > 0) parts.push(`${w.slots}${w.colon}${slots.join(w.comma)}`);
  if (packet.records?.length > 0) parts.push(`${w.records}${w.colon}${packet.records.join(w.comma)}`);
  const tried = (packet.sections ?? []).map((one) => one.heading);
  if (tried.length > 0) parts.push(`${w.tried}${w.colon}${tried.join(w.comma)}`);
  return parts.length > 0 ? [make('div', 'known', [make('h3', '', w.packet), ...parts.map((text) => make('p', '', text))])] : [];
}

/** The open conversation: who, what was said with each answer, and room for an answer. */
export function conversation(open, w, language, actions, anew) {
  const place = find('case');
  if (!open) {
    place.replaceChildren(make('p', 'none', w.choose));
    return;
  }
  const { handover, told } = open;
  const typed = anew ? '' : (find('answer')?.value ?? '');
  const typing = document.activeElement?.id === 'answer';
  const head = [make('h2', '', `${told.channel} · ${told.user ?? w.unknownUser}`), make('span', 'badge', w.speaker[told.speaker])];
  if (handover) {
    head.push(make('span', 'badge', `${reason(handover.reason, w)} · ${w.state[handover.state]}`));
    if (handover.state === 'open') head.push(button(w.take, 'main', () => actions.take(handover)));
    if (handover.state === 'taken') head.push(make('span', 'soft', w.takenBy(handover.taken_by ?? '')));
    if (handover.state !== 'closed') head.push(button(w.giveBack, '', () => actions.giveBack(handover)));
  }
  const turns = told.turns.map((one) => turn(one, w, language, actions));
  const box = make('textarea', '');
  box.id = 'answer';
  box.maxLength = 8000;
  box.value = typed;
  const label = make('label', '', [make('h3', '', w.answer), box]);
  const row = actions.reaches()
    ? [button(w.send, 'main', async () => { if (await actions.send(box.value, nameOf(box.value))) fill(''); }), make('span', 'soft', w.answerAbout)]
    : [button(w.copy, 'main', () => actions.copy(box.value)), make('span', 'soft', w.copyAbout)];
  place.replaceChildren(
    make('div', 'head', head),
    make('p', 'soft', told.conversation),
    ...known(handover?.packet, w),
    ...(turns.length > 0 ? turns : [make('p', 'none', w.gone)]),
    make('div', 'write', [label, make('div', 'row', row)]),
  );
  if (typing) box.focus();
}

/** Puts a text into the answer's box. */
export function fill(text) {
  const box = find('answer');
  if (!box) return;
  box.value = text;
  box.focus();
}

/** What is on record; `null`: no account. */
export function records(set, w, language) {
  if (!set) {
    find('records').replaceChildren(make('p', 'none', w.noAccount));
    return;
  }
  const name = (key) => (language === 'zh' && FIELDS[key]) || key.replaceAll('_', ' ');
  const shown = (value) => {
    if (Array.isArray(value)) return value.map(shown).join('\n');
    if (value?.at && value.event) return `${time(value.at)} ${value.event}`;
    if (typeof value === 'object') return Object.entries(value).filter(([, inner]) => inner !== null).map(([key, inner]) => `${name(key)}${w.colon}${shown(inner)}`).join(w.comma);
    return String(value);
  };
  const nodes = Object.entries(KINDS).flatMap(([kind, title]) => (set[kind] ?? []).length === 0 ? [] : [
    make('h4', '', language === 'zh' ? title : kind.replaceAll('_', ' ')),
    ...set[kind].map((record) => make('dl', 'record', Object.entries(record)
      .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
      .flatMap(([key, value]) => [make('dt', '', name(key)), make('dd', '', shown(value))]))),
  ]);
  find('records').replaceChildren(...(nodes.length > 0 ? nodes : [make('p', 'none', w.noRecords)]));
}

/** Sections of the knowledge base. */
export function found(sections, w, actions) {
  const nodes = sections.map((one) => make('details', '', [make('summary', '', one.heading), offer(one.doc, one.text, [one], w, actions)]));
  find('found').replaceChildren(...(nodes.length > 0 ? nodes : [make('p', 'none', w.nothing)]));
}
