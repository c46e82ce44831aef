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
export function answer(reply, words) {
  const kind = words.kinds[reply.kind];
  const prose = make('div', 'prose', [markdown(reply.text, words)]);
  prose.lang = languageOf(reply.text);
  const inside = [make('h3', 'unseen', words.bot)];
  if (kind) inside.push(make('span', `badge ${reply.kind}`, kind));
  inside.push(prose);
  if (reply.citations.length > 0) inside.push(sources(reply.citations, words));
  if (reply.id) inside.push(make('p', 'number', words.number(reply.id)));
  return make('article', 'turn bot', inside);
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

/** An unanswered question: why, and a button to try again. */
export function failure(why, words, again) {
  const button = make('button', 'again', words.retry);
  button.type = 'button';
  button.addEventListener('click', again);
  const node = make('div', 'turn failure', [make('p', '', words.errors[why] ?? words.errors.other), button]);
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
}
