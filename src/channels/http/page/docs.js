// The page to try the interface: what /openapi.json describes, each operation with a form. Every text goes in as text, and nothing
// is asked for outside this address. The key is kept in its field alone.

const TAGS = {
  questions: ['提问', 'Questions'],
  agents: ['客服', 'Agents'],
  records: ['记录', 'Records'],
  server: ['服务', 'Server'],
};
const LONGEST = 200_000;

const main = document.getElementById('main');
const key = document.getElementById('key');

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

const both = ([chinese, english]) => [`${chinese} `, element('span', { lang: 'en' }, english)];

/** What a reference leads to, and everything else as it is. */
function follow(description, schema) {
  if (!schema || !schema.$ref) return schema ?? {};
  return schema.$ref.slice(2).split('/').reduce((at, name) => at?.[name], description) ?? {};
}

/** A value to begin with: what the description gives as an example, else something of the kind. Optional fields are left out. */
function sample(description, schema, depth = 0) {
  const shape = follow(description, schema);
  if (shape.example !== undefined) return shape.example;
  const kind = Array.isArray(shape.type) ? shape.type[0] : shape.type;
  if (shape.enum) return shape.enum[0];
  if (kind === 'object' && depth < 4) {
    const wanted = (shape.required ?? []).map((name) => [name, sample(description, shape.properties?.[name], depth + 1)]);
    return Object.fromEntries(wanted);
  }
  return { array: [], boolean: true, integer: shape.minimum ?? 0, number: 0, object: {} }[kind] ?? '';
}

function parameterField(description, parameter, name) {
  const id = `${name}-${parameter.in}-${parameter.name}`;
  const shape = follow(description, parameter.schema);
  const field = element('input', { id, autocomplete: 'off' });
  if (parameter.required) field.required = true;
  if (shape.minimum !== undefined || shape.maximum !== undefined) field.inputMode = 'numeric';
  const label = element('label', { for: id }, parameter.name, parameter.required ? ' *' : '');
  const note = parameter.description ? [element('small', {}, parameter.description)] : [];
  return { parameter, field, row: element('div', { class: 'field' }, label, field, ...note) };
}

/** The body as it is written down, what may be left out listed below it. */
function bodyField(description, operation, name) {
  const content = operation.requestBody?.content?.['application/json'];
  if (!content) return null;
  const id = `${name}-body`;
  const shape = follow(description, content.schema);
  const field = element('textarea', { id, spellcheck: 'false' });
  const begun = sample(description, content.schema);
  field.value = begun === '' ? '' : JSON.stringify(begun, null, 2);
  const required = shape.required ?? [];
  const optional = Object.keys(shape.properties ?? {}).filter((property) => !required.includes(property));
  const note = optional.length
    ? [element('small', {}, `可选 optional: ${optional.join(', ')}`)]
    : [];
  return { field, row: element('div', { class: 'field' }, element('label', { for: id }, '请求体 Body (JSON)'), field, ...note) };
}

function operationCard(description, path, method, operation) {
  const name = operation.operationId;
  const parameters = (operation.parameters ?? []).map((parameter) => parameterField(description, parameter, name));
  const body = bodyField(description, operation, name);
  const streams = Boolean(operation.responses?.['200']?.content?.['text/event-stream']);
  const events = streams ? element('input', { type: 'checkbox', id: `${name}-events` }) : null;
  const button = element('button', { type: 'submit' }, '发送 Send');
  const output = element('output', { 'aria-live': 'polite' });
  const form = element('form', {});
  if (operation.description) form.append(element('p', {}, operation.description));
  form.append(...parameters.map(({ row }) => row));
  if (body) form.append(body.row);
  if (events) form.append(element('label', {}, events, ' 逐步返回 as events'));
  form.append(button, output);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    await send({ path, method, parameters, body, events, output });
    button.disabled = false;
  });
  const summary = element(
    'summary', {},
    element('b', {}, method.toUpperCase()), element('code', {}, path), element('span', {}, operation.summary ?? ''),
  );
  return element('details', { id: name }, summary, form);
}

async function send({ path, method, parameters, body, events, output }) {
  const query = new URLSearchParams();
  let address = path;
  for (const { parameter, field } of parameters) {
    if (parameter.in === 'path') address = address.replace(`{${parameter.name}}`, encodeURIComponent(field.value));
    else if (field.value) query.set(parameter.name, field.value);
  }
  if (query.size) address += `?${query}`;
  const headers = {};
  if (key.value.trim()) headers.authorization = `Bearer ${key.value.trim()}`;
  if (events?.checked) headers.accept = 'text/event-stream';
  const asked = { method: method.toUpperCase(), headers };
  if (body?.field.value.trim()) {
    headers['content-type'] = 'application/json';
    asked.body = body.field.value;
  }
  const status = element('span', {}, '…');
  const shown = element('pre', { tabindex: '0' });
  output.replaceChildren(status);
  const start = performance.now();
  try {
    const response = await fetch(address, asked);
    if (!response.ok) shown.className = 'refused';
    output.append(shown);
    let text = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done && text.length < LONGEST; part = await reader.read()) {
      text += part.value;
      shown.textContent = text;
    }
    await reader.cancel();
    shown.textContent = pretty(text);
    status.textContent = `${response.status} ${response.statusText} · ${Math.round(performance.now() - start)} ms`;
  } catch (error) {
    status.textContent = `没有连上 no answer: ${error.message}`;
  }
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text.length < LONGEST ? text : `${text.slice(0, LONGEST)}…`;
  }
}

async function draw() {
  const description = await (await fetch('/openapi.json')).json();
  const groups = new Map(Object.keys(TAGS).map((tag) => [tag, []]));
  for (const [path, operations] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags?.[0] ?? 'server';
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operationCard(description, path, method, operation));
    }
  }
  const sections = [...groups].filter(([, cards]) => cards.length).map(([tag, cards]) => (
    element('section', {}, element('h2', {}, ...both(TAGS[tag] ?? [tag, ''])), ...cards)
  ));
  main.replaceChildren(...sections);
  const named = document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDetailsElement) named.open = true;
}

draw()
  .catch((error) => main.replaceChildren(element('p', { role: 'alert' }, `说明没能取到 The description could not be read: ${error.message}`)))
  .finally(() => main.setAttribute('aria-busy', 'false'));
