// What the conversation looks like in the document. Knows nothing of the network; every text goes in as text.

import { markdown } from './markdown.js';
import { WORDS, LANGUAGES } from './words.js';

export const find = (id) => document.getElementById(id);

/** An element with a class, a text and children. */
export function make(name, className, content = []) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (typeof content === 'string') node.textContent = content;
  else node.append(...content);
  return node;
}

/** Puts the page's own words in place, for the language chosen. */
export function speak(language) {
  const words = WORDS[language];
  document.documentElement.lang = LANGUAGES[language];
  document.title = words.title;
  for (const node of document.querySelectorAll('[data-words]')) node.textContent = words[node.dataset.words];
  for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', words[node.dataset.label]);
  for (const node of document.querySelectorAll('[data-placeholder]')) node.placeholder = words[node.dataset.placeholder];
  const other = language === 'zh' ? 'en' : 'zh';
  const button = find('language');
  button.textContent = words.other;
  button.lang = LANGUAGES[other];
  button.setAttribute('aria-label', words.otherLabel);
}

/** The language of a piece of text, for screen readers and fonts. */
function languageOf(text) {
  return /\p{Script=Han}/u.test(text) ? LANGUAGES.zh : LANGUAGES.en;
}

/** What the user said. */
export function question(text, words) {
  const said = make('p', 'said', text);
  said.lang = languageOf(text);
  return make('article', 'turn you', [make('h3', 'unseen', words.you), said]);
}

/** What the assistant answered, with its sources. */
export function answer(reply, words, rating, explain) {
  const kind = words.kinds[reply.kind];
  const prose = make('div', 'prose', [markdown(reply.text, words)]);
  prose.lang = languageOf(reply.text);
  const inside = [make('h3', 'unseen', words.bot)];
  if (kind) inside.push(make('span', `badge ${reply.kind}`, kind));
  inside.push(prose);
  if (reply.citations.length > 0) inside.push(sources(reply.citations, words));
  const why = explain ? receipt(words, explain) : [];
  if (reply.id) inside.push(make('div', 'end', [make('p', 'number', words.number(reply.id)), ...why.slice(0, 1), ...rating ? [opinion(words, rating)] : []]), ...why.slice(1));
  return make('article', 'turn bot', inside);
}

/** For agents: a button, and what it opens: how the answer came about. `explain()` gives what is kept of it, or null. */
export function receipt(words, explain) {
  const room = make('dl', 'receipt');
  room.hidden = true;
  room.id = `receipt-${Math.random().toString(36).slice(2)}`;
  const button = make('button', 'again', words.explain);
  button.type = 'button';
  button.setAttribute('aria-expanded', 'false');
  button.setAttribute('aria-controls', room.id);
  button.addEventListener('click', async () => {
    if (room.hidden && room.childElementCount === 0) {
      const told = await explain();
      const lines = told?.receipt ? reasons(told.receipt, words) : [[words.explain, words.unexplained]];
      room.append(...lines.flatMap(([name, text]) => [make('dt', '', name), make('dd', '', text)]));
    }
    room.hidden = !room.hidden;
    button.setAttribute('aria-expanded', String(!room.hidden));
  });
  return [button, room];
}

/** A receipt in lines: a name and a text each. */
function reasons(kept, words) {
  const scored = (list, name) => list.map((one) => `${name(one)} ${one.score.toFixed(2)}`).join(' · ');
  const rule = kept.rule && [kept.rule.intent, ...kept.rule.tables, kept.rule.source, kept.rule.as_of].filter(Boolean).join(' · ');
  const lines = [
    [words.receipt.folded, kept.folded],
    [words.receipt.path, kept.path.join(' → ')],
    [words.receipt.intents, scored(kept.intents, (one) => one.intent)],
    [words.receipt.sections, scored(kept.sections, (one) => one.heading ?? one.anchor ?? one.doc)],
    [words.receipt.sure, kept.band && `${kept.band} ${kept.probability.toFixed(2)}`],
    [words.receipt.rule, rule],
    [words.receipt.records, Object.entries(kept.records).map(([name, hash]) => `${name} ${hash.slice(0, 8)}`).join(' · ')],
  ];
  return lines.filter(([, text]) => text);
}

const THUMB = 'M7 10.500v9H4v-9zM7 11l4-7c1.600 0 2.500 1.200 2.200 2.700L12.600 10H18c1.300 0 2.200 1.200 1.900 2.400l-1.500 5.700c-.2.900-1 1.400-1.900 1.400H7';

function thumb(good) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', THUMB);
  if (!good) path.setAttribute('transform', 'rotate(180 12 12)');
  svg.append(path);
  return svg;
}

/** Two buttons for an answer, and room for a reason. `rating` has what was said before, and `give(good, reason)`. */
function opinion(words, rating) {
  const told = make('p', 'told', '');
  told.setAttribute('role', 'status');
  const reason = make('input', '');
  reason.type = 'text';
  reason.maxLength = 500;
  reason.placeholder = words.why;
  reason.setAttribute('aria-label', words.why);
  const submit = make('button', 'again', words.sendWhy);
  submit.type = 'submit';
  const why = make('form', 'why', [reason, submit]);
  why.hidden = true;

  const buttons = [true, false].map((good) => {
    const button = make('button', 'thumb', [thumb(good)]);
    button.type = 'button';
    button.title = good ? words.good : words.bad;
    button.setAttribute('aria-label', button.title);
    button.setAttribute('aria-pressed', String(rating.given === good));
    button.addEventListener('click', () => say(good, null));
    return button;
  });

  async function say(good, text) {
    const kept = await rating.give(good, text);
    told.textContent = kept ? (good || text !== null ? words.rated : words.ratedBad) : words.notRated;
    if (!kept) return;
    buttons[0].setAttribute('aria-pressed', String(good));
    buttons[1].setAttribute('aria-pressed', String(!good));
    why.hidden = good || text !== null;
    if (!why.hidden) reason.focus({ preventScroll: true });
    else if (text !== null) buttons[1].focus({ preventScroll: true });
  }

  why.addEventListener('submit', (event) => {
    event.preventDefault();
    say(false, reason.value.trim());
  });
  const group = make('div', 'rate', buttons);
  group.setAttribute('role', 'group');
  group.setAttribute('aria-label', words.rate);
  return make('div', 'opinion', [group, told, why]);
}

function sources(citations, words) {
  const items = citations.map((citation) => {
    const document = citation.doc.replace(/\.(md|txt)$/i, '');
    const origin = [];
    if (document !== citation.heading) origin.push(document);
    if (citation.as_of) origin.push(words.asOf(citation.as_of));
    const item = make('li', '', [make('span', 'heading', citation.heading)]);
    // On a narrow page the origin has a line of its own and needs no dot before it.
    if (origin.length > 0) item.append(make('span', 'dot', ' · '), make('span', 'origin', origin.join(' · ')));
    item.lang = languageOf(citation.heading);
    return item;
  });
  return make('div', 'sources', [make('h4', '', words.sources), make('ol', '', items)]);
}

/** Buttons with what one may say next. */
export function suggestions(texts, words, say) {
  const buttons = texts.map((text) => {
    const button = make('button', 'chip', text);
    button.type = 'button';
    button.lang = languageOf(text);
    button.addEventListener('click', () => say(text));
    return make('li', '', [button]);
  });
  const list = make('ul', 'chips', buttons);
  list.setAttribute('aria-label', words.next);
  return list;
}

/** An unanswered question: why, when to come back (in seconds, where it is known), and a button to try again. */
export function failure(why, seconds, words, again) {
  const button = make('button', 'again', words.retry);
  button.type = 'button';
  button.addEventListener('click', again);
  const node = make('div', 'turn failure', [make('p', '', [words.errors[why] ?? words.errors.other, seconds ? ` ${words.wait(seconds)}` : '']), button]);
  node.setAttribute('role', 'alert');
  return node;
}

/** A line between two parts of the conversation. */
export function divider(text) {
  return make('p', 'divider', [make('span', '', text)]);
}

/** Example questions on the empty page. */
export function examples(texts, say) {
  find('examples').replaceChildren(...texts.map((text) => {
    const button = make('button', '', [make('span', '', text)]);
    button.type = 'button';
    button.lang = languageOf(text);
    button.addEventListener('click', () => say(text));
    return make('li', '', [button]);
  }));
}

/** Lets the arrow keys go along a list of buttons, and Home and End to its ends. */
export function arrows(node) {
  node.addEventListener('keydown', (event) => {
    const list = event.target.closest('.chips, .examples');
    if (!list || event.altKey || event.ctrlKey || event.metaKey) return;
    const buttons = [...list.querySelectorAll('button')];
    const at = buttons.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    buttons[Math.min(Math.max(to, 0), buttons.length - 1)].focus();
  });
}

/** The switch between the demo's people; `null` is nobody. */
export function people(list, chosen, words, language, choose) {
  const choices = [{ as: null, name: words.nobody }, ...list.map((one) => ({ as: one.as, name: one.name[language] }))];
  find('people').replaceChildren(...choices.map((choice) => {
    const input = make('input', '');
    input.type = 'radio';
    input.name = 'person';
    input.value = choice.as ?? '';
    input.checked = choice.as === chosen;
    input.addEventListener('change', () => choose(choice.as));
    return make('label', '', [input, make('span', '', choice.name)]);
  }));
  const person = list.find((one) => one.as === chosen);
  find('about').textContent = person ? person.about[language] : words.nobodyAbout;
  if (person?.agent) {
    const link = (text, to) => {
      const node = make('a', '', text);
      node.href = `${to}?as=${encodeURIComponent(person.as)}`;
      return node;
    };
    find('about').append(' ', link(words.report, '/agents/report'), ' ', link(words.desk, '/agents'));
  }
}
