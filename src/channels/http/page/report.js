// The agents' report: figures, plots and open questions, drawn from /v1/report. Every text goes in as text. The address says who
// asks (as) and for how many days (days).

const SPANS = [7, 30, 90];
const LANGUAGE = 'beian.language';
const NAMES = { zh: 'zh-CN', en: 'en' };

const WORDS = {
  zh: {
    title: '问答统计',
    other: 'English',
    span: (days) => `${days} 天`,
    spans: '统计时段',
    range: (from, to) => `${from} 至 ${to}`,
    loading: '正在统计…',
    failed: '统计没能取到，请刷新页面再试。',
    refused: '只有客服能看统计，请换用客服身份打开。',
    messages: '消息',
    conversations: (count) => `${count} 段对话`,
    withHuman: (count) => `${count} 条由人工处理`,
    answered: '答上的比例',
    of: (part, whole) => `${whole} 个问题答上 ${part} 个`,
    liked: '有帮助 / 没帮助',
    median: '回答用时（中位数）',
    p99: (time) => `99% 在 ${time} 以内`,
    volume: '每天的消息',
    share: '每天答上的比例',
    intents: '意图',
    kinds: '回复种类',
    time: '每天的用时中位数（毫秒）',
    none: '还没有数据。',
    unanswered: '没答上或被说没帮助的问题',
    outside: '与备案无关或被拒绝的问题',
    nothing: '没有。',
    times: (count) => `问过 ${count} 次`,
    people: (count) => `${count} 人`,
    without: (count) => `${count} 次没答上`,
    disliked: (count) => `${count} 次没帮助`,
    examples: '问法和当时的回答',
    stub: '知识库草稿',
    copy: '复制',
    copied: '已复制',
    from: '出处：',
    reason: '原因：',
    id: '回复编号 ',
  },
  en: {
    title: 'Report',
    other: '中文',
    span: (days) => `${days} days`,
    spans: 'Days covered',
    range: (from, to) => `${from} to ${to}`,
    loading: 'Counting…',
    failed: 'The report could not be loaded. Reload the page to try again.',
    refused: 'The report is for agents. Open it as one.',
    messages: 'Messages',
    conversations: (count) => `${count} conversations`,
    withHuman: (count) => `${count} left to a person`,
    answered: 'Answered',
    of: (part, whole) => `${part} of ${whole} questions`,
    liked: 'Helped / did not help',
    median: 'Time to answer (median)',
    p99: (time) => `99% within ${time}`,
    volume: 'Messages a day',
    share: 'Share answered a day',
    intents: 'Intents',
    kinds: 'Kinds of reply',
    time: 'Median time a day (ms)',
    none: 'No data yet.',
    unanswered: 'Questions that were not answered, or did not help',
    outside: 'Questions outside our topic, or declined',
    nothing: 'None.',
    times: (count) => `asked ${count}×`,
    people: (count) => `by ${count}`,
    without: (count) => `${count} unanswered`,
    disliked: (count) => `${count} did not help`,
    examples: 'Wordings and what was shown',
    stub: 'Draft for the knowledge base',
    copy: 'Copy',
    copied: 'Copied',
    from: 'From: ',
    reason: 'Reason: ',
    id: 'Reply ',
  },
};

const query = new URLSearchParams(location.search);
const main = document.getElementById('main');
let language = startLanguage();
let report = null;
let state = 'loading';

const words = () => WORDS[language];

function startLanguage() {
  try {
    const chosen = localStorage.getItem(LANGUAGE);
    if (chosen in WORDS) return chosen;
  } catch { /* as if nothing was chosen */ }
  const wanted = navigator.languages ?? [navigator.language];
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in WORDS) ?? 'zh';
}

function make(name, className, content = []) {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (typeof content === 'string') node.textContent = content;
  else node.append(...content);
  return node;
}

function shape(name, attributes, text) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

const percent = (share) => (share === null ? '–' : `${(share * 100).toFixed(1)}%`);
const milliseconds = (time) => (time === null ? '–' : `${(time / 1000).toFixed(1)} ms`);
/** Day and month of 2026-11-22. */
const short = (day) => day.slice(5);

// Plots. All have the same frame; `label` is what a screen reader hears.

const WIDTH = 520;
const HEIGHT = 190;
const LEFT = 58;
const BOTTOM = 22;
const TOP = 8;

/** A round number not below a value, for the top of an axis. */
function top(value) {
  if (value <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * size).find((step) => step >= value);
}

/** The frame of a plot over days: three lines across with their values, and the first, middle and last day. */
function frame(days, highest, say, label) {
  const svg = shape('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label });
  for (const part of [0, 0.5, 1]) {
    const y = HEIGHT - BOTTOM - part * (HEIGHT - BOTTOM - TOP);
    svg.append(shape('line', { class: 'grid', x1: LEFT, x2: WIDTH, y1: y, y2: y }));
    svg.append(shape('text', { x: LEFT - 6, y: y + 4, 'text-anchor': 'end' }, say(part * highest)));
  }
  const step = (WIDTH - LEFT) / days.length;
  const named = days.length < 3 ? days.map((_, at) => at) : [0, Math.floor((days.length - 1) / 2), days.length - 1];
  for (const at of named) {
    const anchor = days.length < 3 ? 'middle' : ['start', 'middle', 'end'][named.indexOf(at)];
    const x = LEFT + step * (anchor === 'start' ? at : anchor === 'end' ? at + 1 : at + 0.5);
    svg.append(shape('text', { x, y: HEIGHT - 5, 'text-anchor': anchor }, short(days[at].day)));
  }
  return { svg, step, y: (value) => HEIGHT - BOTTOM - (value / highest) * (HEIGHT - BOTTOM - TOP) };
}

function bars(days, label) {
  const highest = top(Math.max(...days.map((day) => day.turns)));
  const whole = (value) => (Number.isInteger(value) ? String(value) : '');
  const { svg, step, y } = frame(days, highest, whole, label);
  days.forEach((day, at) => {
    if (day.turns === 0) return;
    const bar = shape('rect', {
      class: 'bar', x: LEFT + step * at + step * 0.12, width: step * 0.76, y: y(day.turns), height: HEIGHT - BOTTOM - y(day.turns), rx: Math.min(2, step / 4),
    });
    bar.append(shape('title', {}, `${day.day}: ${day.turns}`));
    svg.append(bar);
  });
  return svg;
}

/** A line through the days that have a value; a day without one is a gap. */
function curve(days, value, highest, say, label) {
  const { svg, step, y } = frame(days, highest, say, label);
  const x = (at) => LEFT + step * (at + 0.5);
  let path = '';
  let before = false;
  days.forEach((day, at) => {
    const here = value(day);
    if (here !== null) path += `${before ? 'L' : 'M'}${x(at).toFixed(1)} ${y(here).toFixed(1)}`;
    before = here !== null;
  });
  svg.append(shape('path', { class: 'curve', d: path }));
  days.forEach((day, at) => {
    const here = value(day);
    if (here === null) return;
    const point = shape('circle', { class: 'point', cx: x(at), cy: y(here), r: days.length > 45 ? 2 : 3 });
    point.append(shape('title', {}, `${day.day}: ${say(here)}`));
    svg.append(point);
  });
  return svg;
}

/** Names with a bar each, the most frequent first. */
function ranking(counts, label) {
  const rows = Object.entries(counts).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 10);
  const highest = Math.max(...rows.map((row) => row[1]));
  const line = 22;
  const names = 215;
  const svg = shape('svg', { viewBox: `0 0 ${WIDTH} ${rows.length * line + 4}`, role: 'img', 'aria-label': `${label}: ${rows.map((row) => row.join(' ')).join(', ')}` });
  rows.forEach(([name, count], at) => {
    const y = at * line + 4;
    const width = Math.max(2, (count / highest) * (WIDTH - names - 50));
    svg.append(shape('text', { class: 'name', x: 0, y: y + 12 }, name));
    svg.append(shape('rect', { class: 'bar', x: names, y, width, height: line - 7, rx: 2 }));
    svg.append(shape('text', { x: names + width + 6, y: y + 12 }, String(count)));
  });
  return svg;
}

function plot(title, svg) {
  return make('figure', '', [make('figcaption', '', title), svg ?? make('p', 'none', words().none)]);
}

function plots() {
  const { daily, totals } = report;
  const w = words();
  const any = totals.turns > 0;
  const asked = daily.some((day) => day.answered_share !== null);
  const slowest = top(Math.max(0, ...daily.map((day) => (day.median_us ?? 0) / 1000)));
  const share = (value) => `${Math.round(value * 100)}%`;
  const time = (value) => (slowest < 10 ? value.toFixed(1) : String(Math.round(value)));
  const range = w.range(report.from, report.to);
  return make('div', 'plots', [
    plot(w.volume, any && bars(daily, `${w.volume}, ${range}: ${totals.turns}`) || null),
    plot(w.share, asked && curve(daily, (day) => day.answered_share, 1, share, `${w.share}, ${range}: ${percent(totals.answered_share)}`) || null),
    plot(w.intents, Object.keys(totals.intents).length > 0 && ranking(totals.intents, w.intents) || null),
    plot(w.time, totals.median_us !== null && curve(daily, (day) => (day.median_us === null ? null : day.median_us / 1000), slowest, time, `${w.time}, ${range}: ${milliseconds(totals.median_us)}`) || null),
    plot(w.kinds, any && Object.keys(totals.kinds).length > 0 && ranking(totals.kinds, w.kinds) || null),
  ]);
}

function figures() {
  const { totals } = report;
  const w = words();
  const figure = (name, value, small) => make('div', '', [make('dt', '', name), make('dd', '', [value, make('small', '', small)])]);
  const human = totals.with_human > 0 ? ` · ${w.withHuman(totals.with_human)}` : '';
  return make('dl', 'figures', [
    figure(w.messages, String(totals.turns), w.conversations(totals.conversations) + human),
    figure(w.answered, percent(totals.answered_share), w.of(totals.answered, totals.questions)),
    figure(w.liked, `${totals.likes} / ${totals.dislikes}`, ''),
    figure(w.median, milliseconds(totals.median_us), w.p99(milliseconds(totals.p99_us))),
  ]);
}

// Open questions.

function example(one) {
  const w = words();
  const lines = [make('p', '', one.times > 1 ? `${one.text} ×${one.times}` : one.text), make('p', 'shown', one.shown)];
  const [from] = one.citations;
  if (from) lines.push(make('p', 'from', `${w.from}${from.doc} · ${from.heading}`));
  for (const reason of one.reasons) lines.push(make('p', 'reason', w.reason + reason));
  lines.push(make('code', '', `${w.id}${one.id} · ${one.kind}`));
  return make('li', 'example', lines);
}

function fold(summary, content) {
  return make('details', '', [make('summary', '', summary), ...content]);
}

function draft(stub) {
  const button = make('button', '', words().copy);
  button.type = 'button';
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(stub);
      button.textContent = words().copied;
    } catch { /* it can still be marked and copied by hand */ }
  });
  return [make('pre', '', stub), button];
}

function cluster(one, withDraft) {
  const w = words();
  const counts = [w.times(one.times)];
  if (one.people > 0) counts.push(w.people(one.people));
  if (one.unanswered > 0) counts.push(w.without(one.unanswered));
  if (one.disliked > 0) counts.push(w.disliked(one.disliked));
  const inside = [
    make('h3', '', one.examples[0]?.text ?? ''),
    make('p', 'counts', counts.join(' · ')),
    fold(w.examples, [make('ul', '', one.examples.map(example))]),
  ];
  if (withDraft) inside.push(fold(w.stub, draft(one.stub)));
  return make('li', 'cluster', inside);
}

function clusters(title, list, withDraft) {
  const content = list.length > 0
    ? make('ol', '', list.map((one) => cluster(one, withDraft)))
    : make('p', 'none', words().nothing);
  return make('section', '', [make('h2', '', title), content]);
}

// The page.

function spans() {
  const nav = document.getElementById('spans');
  nav.setAttribute('aria-label', words().spans);
  const now = report?.days ?? Number(query.get('days') ?? 30);
  nav.replaceChildren(...SPANS.map((days) => {
    const link = make('a', '', words().span(days));
    const to = new URLSearchParams(query);
    to.set('days', days);
    link.href = `?${to}`;
    if (days === now) link.setAttribute('aria-current', 'page');
    return link;
  }));
}

function draw() {
  const w = words();
  document.documentElement.lang = NAMES[language];
  document.title = w.title;
  document.getElementById('title').textContent = w.title;
  const other = language === 'zh' ? 'en' : 'zh';
  const button = document.getElementById('language');
  button.textContent = w.other;
  button.lang = NAMES[other];
  spans();
  main.setAttribute('aria-busy', String(state === 'loading'));
  if (!report) {
    const told = make('p', 'none', w[state]);
    told.setAttribute('role', 'status');
    main.replaceChildren(told);
    return;
  }
  main.replaceChildren(
    make('p', 'none', w.range(report.from, report.to)),
    figures(),
    plots(),
    clusters(w.unanswered, report.clusters, true),
    clusters(w.outside, report.outside, false),
  );
}

document.getElementById('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  try {
    localStorage.setItem(LANGUAGE, language);
  } catch { /* for this visit only */ }
  draw();
});

draw();
try {
  // Whoever signed in on the agents' page is signed in here.
  const key = query.has('as') ? null : sessionStorage.getItem('beian.agent.key');
  const response = await fetch(`/v1/report?${query}`, key ? { headers: { authorization: `Bearer ${key}` } } : {});
  if (response.ok) report = await response.json();
  else state = response.status === 403 ? 'refused' : 'failed';
} catch {
  state = 'failed';
}
draw();
