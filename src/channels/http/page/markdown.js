// Markdown into document nodes. Text only ever goes in as text: nothing here parses HTML, so HTML in a reply stays
// what it is, characters. Covers what replies use: paragraphs, bold and italics, code, lists with one level inside,
// tables, quotes, headings, and links to http and https.

const FENCE = /^\s*(```|~~~)/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}>\s?/;
// A bullet wants a space after it (else "**重点** 是" and "-5 度" are lists), and so does "1." (else "1.5 倍" is one) but before Chinese.
const ITEM = /^(\s*)([-*+](?=\s|$)|•|\d{1,9}(?:[.)](?=\s|$|\p{Script=Han})|、))\s*(.*)$/u;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;
const ADDRESS = /^https?:\/\/[^\s<>"'`“”‘’（）()【】《》，。；：！？、|]+/i;
const MOST_NESTING = 6;

/** The nodes of a text in Markdown. `words` has the labels that a table and a link need. */
export function markdown(text, words) {
  const parent = document.createDocumentFragment();
  blocks(parent, text.replace(/\r\n?/g, '\n').replace(/\t/g, '    ').split('\n'), words, 0);
  return parent;
}

function element(name, parent) {
  return parent.appendChild(document.createElement(name));
}

function isItem(line) {
  const match = ITEM.exec(line);
  return match && !RULE.test(line) ? match : null;
}

function isTable(lines, at) {
  return lines[at].includes('|') && at + 1 < lines.length && lines[at + 1].includes('-')
    && lines[at + 1].includes('|') && TABLE_RULE.test(lines[at + 1]);
}

function startsBlock(lines, at) {
  const line = lines[at];
  return FENCE.test(line) || HEADING.test(line) || RULE.test(line) || QUOTE.test(line) || isItem(line)
    || isTable(lines, at);
}

function blocks(parent, lines, words, depth) {
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    if (line.trim() === '') {
      at += 1;
    } else if (FENCE.test(line)) {
      at = fence(parent, lines, at);
    } else if (HEADING.test(line)) {
      const [, marks, text] = HEADING.exec(line);
      // The page itself has the first two levels.
      inline(element(`h${Math.min(marks.length + 2, 6)}`, parent), text, words);
      at += 1;
    } else if (RULE.test(line)) {
      element('hr', parent);
      at += 1;
    } else if (QUOTE.test(line) && depth < MOST_NESTING) {
      const inside = [];
      for (; at < lines.length && QUOTE.test(lines[at]); at += 1) inside.push(lines[at].replace(QUOTE, ''));
      blocks(element('blockquote', parent), inside, words, depth + 1);
    } else if (isItem(line) && depth < MOST_NESTING) {
      at = list(parent, lines, at, words, depth);
    } else if (isTable(lines, at)) {
      at = table(parent, lines, at, words);
    } else {
      const inside = [line];
      for (at += 1; at < lines.length && lines[at].trim() !== '' && !startsBlock(lines, at); at += 1) {
        inside.push(lines[at]);
      }
      paragraph(element('p', parent), inside, words);
    }
  }
}

function paragraph(parent, lines, words) {
  lines.forEach((line, index) => {
    if (index > 0) element('br', parent);
    inline(parent, line.trim().replace(/\\$/, ''), words);
  });
}

function fence(parent, lines, start) {
  const mark = FENCE.exec(lines[start])[1];
  let end = start + 1;
  while (end < lines.length && !lines[end].trim().startsWith(mark)) end += 1;
  element('code', element('pre', parent)).textContent = lines.slice(start + 1, end).join('\n');
  return end + 1;
}

function list(parent, lines, start, words, depth) {
  const [, indent, mark] = isItem(lines[start]);
  const ordered = /\d/.test(mark);
  const node = element(ordered ? 'ol' : 'ul', parent);
  if (ordered && parseInt(mark, 10) !== 1) node.start = parseInt(mark, 10);
  let at = start;
  while (at < lines.length) {
    const item = isItem(lines[at]);
    if (!item || item[1].length > indent.length + 1 || /\d/.test(item[2]) !== ordered) break;
    if (item[1].length < indent.length) break;
    const inside = [item[3]];
    for (at += 1; at < lines.length; at += 1) {
      const line = lines[at];
      const next = isItem(line);
      if (next && next[1].length <= indent.length + 1) break;
      if (line.trim() === '') {
        // An empty line inside an item only when what follows is still indented.
        const after = lines[at + 1] ?? '';
        if (!/^\s{2,}\S/.test(after) || after.search(/\S/) <= indent.length) break;
      } else if (!next && lines[at - 1].trim() === '' && line.search(/\S/) <= indent.length) {
        break;
      } else if (!next && startsBlock(lines, at) && line.search(/\S/) <= indent.length) {
        break;
      }
      inside.push(line);
    }
    listItem(element('li', node), inside, words, depth);
    // Empty lines between the items of one list.
    let next = at;
    while (next < lines.length && lines[next].trim() === '') next += 1;
    if (next > at && next < lines.length && isItem(lines[next])?.[1].length === indent.length) at = next;
  }
  return at;
}

function listItem(parent, lines, words, depth) {
  const rest = lines.findIndex((line, index) => index > 0 && (line.trim() === '' || startsBlock(lines, index)));
  const own = rest === -1 ? lines : lines.slice(0, rest);
  paragraph(parent, own, words);
  if (rest !== -1) blocks(parent, lines.slice(rest), words, depth + 1);
}

function cells(line) {
  return line.trim().replace(/^\|/, '').replace(/\|$/, '').split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/\\\|/g, '|'));
}

function table(parent, lines, start, words) {
  const frame = element('div', parent);
  frame.className = 'table';
  frame.tabIndex = 0;
  frame.setAttribute('role', 'region');
  frame.setAttribute('aria-label', words.table);
  const node = element('table', frame);
  const titles = cells(lines[start]);
  const head = element('tr', element('thead', node));
  for (const title of titles) {
    const cell = element('th', head);
    cell.scope = 'col';
    inline(cell, title, words);
  }
  const body = element('tbody', node);
  let at = start + 2;
  for (; at < lines.length && lines[at].includes('|') && lines[at].trim() !== ''; at += 1) {
    const row = element('tr', body);
    const found = cells(lines[at]);
    titles.forEach((_, index) => inline(element('td', row), found[index] ?? '', words));
  }
  return at;
}

/** Runs of text with their marks. Whatever does not close stays text. */
function inline(parent, text, words, depth = 0) {
  let plain = '';
  let at = 0;
  const flush = () => {
    if (plain !== '') parent.appendChild(document.createTextNode(plain));
    plain = '';
  };
  while (at < text.length) {
    const taken = depth < MOST_NESTING ? marked(text, at, words, depth, flush, parent) : 0;
    if (taken > 0) {
      at += taken;
    } else if (text[at] === '\\' && /[!-/:-@[-`{-~]/.test(text[at + 1] ?? '')) {
      plain += text[at + 1];
      at += 2;
    } else {
      // A run of one mark is one piece: "138****8000" has nothing bold in it.
      const run = text[at] === '*' || text[at] === '`' ? runLength(text, at) : 1;
      plain += text.slice(at, at + run);
      at += run;
    }
  }
  flush();
}

function runLength(text, at) {
  let end = at;
  while (text[end] === text[at]) end += 1;
  return end - at;
}

/** Adds what starts at `at`, and says how many characters that took; 0 when nothing does. */
function marked(text, at, words, depth, flush, parent) {
  const sign = text[at];
  if (sign === '`') {
    const run = runLength(text, at);
    const end = closing(text, at + run, '`', run);
    if (end === -1) return 0;
    flush();
    element('code', parent).textContent = text.slice(at + run, end).trim();
    return end + run - at;
  }
  if (sign === '*') {
    const run = runLength(text, at);
    if (run > 2 || /[A-Za-z0-9]/.test(text[at - 1] ?? '') || /\s/.test(text[at + run] ?? ' ')) return 0;
    const end = closing(text, at + run, '*', run);
    if (end === -1 || /\s/.test(text[end - 1])) return 0;
    flush();
    inline(element(run === 2 ? 'strong' : 'em', parent), text.slice(at + run, end), words, depth + 1);
    return end + run - at;
  }
  if (sign === '[') {
    const match = /^\[([^[\]\n]{1,300})\]\(\s*<?([^\s()<>]{1,2000})>?\s*\)/.exec(text.slice(at, at + 2400));
    if (!match) return 0;
    flush();
    if (ADDRESS.test(match[2])) {
      inline(link(parent, match[2], words), match[1], words, MOST_NESTING);
      parent.lastChild.appendChild(newTab(words));
    } else {
      parent.appendChild(document.createTextNode(match[0]));
    }
    return match[0].length;
  }
  if ((sign === 'h' || sign === 'H') && !/[A-Za-z0-9]/.test(text[at - 1] ?? '')) {
    const match = ADDRESS.exec(text.slice(at, at + 2000));
    if (!match) return 0;
    const address = match[0].replace(/[.,;:!?*]+$/, '');
    flush();
    const node = link(parent, address, words);
    node.textContent = address;
    node.appendChild(newTab(words));
    return address.length;
  }
  return 0;
}

/** Where a run of exactly `length` of `sign` starts at or after `from`; -1 if nowhere. */
function closing(text, from, sign, length) {
  let at = text.indexOf(sign, from);
  while (at !== -1) {
    const run = runLength(text, at);
    if (run === length && at > from) return at;
    at = text.indexOf(sign, at + run);
  }
  return -1;
}

function link(parent, address) {
  const node = element('a', parent);
  node.href = address;
  node.target = '_blank';
  node.rel = 'noopener noreferrer';
  return node;
}

function newTab(words) {
  const note = document.createElement('span');
  note.className = 'unseen';
  note.textContent = words.newTab;
  return note;
}
