// A button for other sites that opens the chat in a frame.
//
//   <script src="…/widget.js" data-lang="zh" data-token-url="/chat-token" async></script>
//
// Everything is drawn in a shadow root with a sheet made by script, so that neither the site's style nor a strict content security
// policy (script-src and frame-src with our address are enough) gets in its way, and nothing of ours reaches the site.
(() => {
  'use strict';
  const script = document.currentScript;
  if (!script || window.beian) return;
  const HOME = new URL(script.src).origin;
  const OPEN = 'beian.open';
  const SLOW = 10000;
  const PALETTE = '';
  const SHEET = `
    .all { position: fixed; z-index: 2147483000; right: max(20px, env(safe-area-inset-right)); bottom: max(20px, env(safe-area-inset-bottom)); font-size: 16px; line-height: 1.5; }
    .all, .all * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    button, a { font: inherit; cursor: pointer; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
    .launch { position: relative; display: grid; place-items: center; width: 56px; height: 56px; padding: 0; border: 0; border-radius: 50%; background: var(--accent); color: var(--accent-ink); box-shadow: 0 2px 6px rgb(0 0 0 / 18%), 0 8px 24px rgb(0 0 0 / 18%); transition: transform 0.15s; }
    .launch:hover { transform: scale(1.05); }
    .launch svg { width: 28px; height: 28px; fill: none; stroke: currentcolor; stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
    .dot { position: absolute; top: 0; right: 0; width: 14.4px; height: 14.4px; border: 2px solid var(--surface); border-radius: 50%; background: var(--alert-ink); }
    .panel { position: absolute; right: 0; bottom: 72px; display: flex; flex-direction: column; width: min(400px, calc(100vw - 40px)); height: min(640px, calc(100vh - 120px)); overflow: hidden; border: 1px solid var(--line); border-radius: 16px; background: var(--ground); color: var(--ink); box-shadow: 0 4px 12px rgb(0 0 0 / 10%), 0 16px 48px rgb(0 0 0 / 22%); animation: rise 0.18s ease-out; }
    iframe { flex: 1; width: 100%; min-height: 0; border: 0; background: var(--ground); }
    .trouble { padding: 20px; font-size: 15px; }
    .trouble p { margin: 0 0 12px; }
    .trouble a { color: var(--accent); }
    .trouble button { margin-inline-start: 16px; padding: 6.4px 14.4px; border: 1px solid var(--line-strong); border-radius: 999px; background: var(--surface); color: var(--ink); }
    @keyframes rise { from { opacity: 0; transform: translateY(8px); } }
    @media (max-width: 576px), (max-height: 416px) {
      .panel { position: fixed; inset: 0; width: auto; height: auto; border: 0; border-radius: 0; }
      .launch[aria-expanded="true"] { visibility: hidden; }
    }
    @media (forced-colors: active) { .launch { border: 2px solid ButtonText; } }
    @media (prefers-reduced-motion: reduce) { .launch, .panel { transition: none; animation: none; } }
    @media print { .all { display: none; } }
  `;
  const WORDS = {
    zh: { name: '备案助手', open: '打开备案助手', close: '关闭备案助手', news: '打开备案助手，有新回复', slow: '对话窗口没有打开。', page: '在新标签页打开', shut: '关闭' },
    en: { name: 'Filing assistant', open: 'Open the filing assistant', close: 'Close the filing assistant', news: 'Open the filing assistant, there is a new reply', slow: 'The chat did not open.', page: 'Open it in a new tab', shut: 'Close' },
  };

  const wanted = [script.dataset.lang, document.documentElement.lang, navigator.language];
  const language = wanted.map((tag) => (tag ?? '').slice(0, 2).toLowerCase()).find((tag) => tag in WORDS) ?? 'zh';
  const words = WORDS[language];
  const tokenUrl = script.dataset.tokenUrl;
  let token = script.dataset.token || null;
  // What signs somebody in need not stay in the document.
  script.removeAttribute('data-token');

  function make(name, properties, ...content) {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...content);
    return node;
  }

  function icon() {
    const drawn = (name, attributes) => {
      const node = document.createElementNS('http://www.w3.org/2000/svg', name);
      for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
      return node;
    };
    const svg = drawn('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' });
    svg.append(drawn('path', { d: 'M6 4.500h12a2.500 2.500 0 0 1 2.500 2.500v7a2.500 2.500 0 0 1-2.500 2.500h-5l-4.500 3.500v-3.500H6A2.500 2.500 0 0 1 3.500 14V7A2.500 2.500 0 0 1 6 4.500z' }), drawn('path', { d: 'M8.500 10.500l2.300 2.300 4.700-4.800' }));
    return svg;
  }

  const dot = make('span', { className: 'dot', hidden: true });
  const launch = make('button', { type: 'button', className: 'launch' }, icon(), dot);
  const page = make('a', { href: `${HOME}/`, target: '_blank', rel: 'noopener', textContent: words.page });
  const shut = make('button', { type: 'button', textContent: words.shut });
  const trouble = make('div', { className: 'trouble', hidden: true }, make('p', { textContent: words.slow }), page, shut);
  trouble.setAttribute('role', 'alert');
  const panel = make('div', { className: 'panel', id: 'panel', hidden: true }, trouble);
  panel.setAttribute('role', 'dialog');
  panel.setAttribute('aria-label', words.name);
  launch.setAttribute('aria-haspopup', 'dialog');
  launch.setAttribute('aria-controls', 'panel');
  const host = make('beian-chat', { lang: language === 'zh' ? 'zh-CN' : 'en' });
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  // Nothing that the site says of its elements is inherited.
  sheet.replaceSync(`.all { all: initial; } ${PALETTE} ${SHEET}`);
  root.adoptedStyleSheets = [sheet];
  root.append(make('div', { className: 'all' }, launch, panel));

  const small = matchMedia('(max-width: 576px), (max-height: 416px)');
  let frame = null;
  let port = null;
  let back = null;
  let scrolling = null;
  let behind = [];

  function remember(open) {
    try {
      sessionStorage.setItem(OPEN, open ? 'yes' : 'no');
    } catch { /* closed again after a reload */ }
  }

  function wasOpen() {
    try {
      return sessionStorage.getItem(OPEN) === 'yes';
    } catch {
      return false;
    }
  }

  function draw() {
    const open = !panel.hidden;
    launch.setAttribute('aria-expanded', String(open));
    const label = open ? words.close : dot.hidden ? words.open : words.news;
    launch.setAttribute('aria-label', label);
    launch.title = label;
    // On a phone the chat covers the page, which then must neither scroll behind it nor take the keyboard.
    const covers = open && small.matches;
    if (covers) panel.setAttribute('aria-modal', 'true');
    else panel.removeAttribute('aria-modal');
    const { style } = document.documentElement;
    if (covers && scrolling === null) {
      scrolling = style.overflow;
      style.overflow = 'hidden';
      behind = [...document.body.children].filter((node) => node !== host && !node.inert);
      for (const node of behind) node.inert = true;
    } else if (!covers && scrolling !== null) {
      style.overflow = scrolling;
      scrolling = null;
      for (const node of behind) node.inert = false;
    }
  }

  /** Asks the site who is signed in now; null: nobody. */
  async function ask() {
    if (tokenUrl) {
      try {
        const response = await fetch(tokenUrl, { credentials: 'same-origin', cache: 'no-store', headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(SLOW) });
        if (response.status !== 200) return null;
        const given = (await response.json()).token;
        return typeof given === 'string' && given !== '' ? given : null;
      } catch {
        return null;
      }
    }
    // A site without such an address hears of it, and may call identify.
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), SLOW);
      waiting = (given) => {
        clearTimeout(timer);
        waiting = null;
        resolve(given);
      };
      document.dispatchEvent(new CustomEvent('beian:token'));
    });
  }
  let waiting = null;

  function heard({ data }) {
    if (data?.say === 'close') close();
    if (data?.say === 'news' && panel.hidden) {
      dot.hidden = false;
      draw();
    }
    if (data?.say === 'ready') {
      clearTimeout(frame.timer);
      trouble.hidden = true;
      frame.node.hidden = false;
    }
    if (data?.say === 'token') {
      ask().then((given) => {
        token = given;
        port.postMessage({ say: 'token', token });
      });
    }
  }

  /** The frame has a page: if it is ours it gets one end of a channel. Sent to our address only, so no other page reads it. */
  async function greet(node) {
    if (tokenUrl) token = await ask();
    const channel = new MessageChannel();
    port?.close();
    port = channel.port1;
    port.onmessage = heard;
    node.contentWindow?.postMessage({ beian: 'hello', language: script.dataset.lang ? language : null, token, shown: !panel.hidden && frame.focus }, HOME, [channel.port2]);
  }

  function load(focus) {
    const node = make('iframe', { src: `${HOME}/embed`, title: words.name });
    frame = { node, focus, timer: 0 };
    // A site that isn't listed gets an error page of the browser here, which says nothing.
    const late = () => {
      trouble.hidden = false;
      node.hidden = true;
      if (!panel.hidden) shut.focus();
    };
    node.addEventListener('load', () => {
      clearTimeout(frame.timer);
      frame.timer = setTimeout(late, tokenUrl ? SLOW + 3000 : 3000);
      greet(node);
    });
    frame.timer = setTimeout(late, 2 * SLOW);
    panel.prepend(node);
  }

  function show(focus) {
    if (!panel.hidden) return;
    back = focus ? (root.activeElement ?? document.activeElement) : null;
    panel.hidden = false;
    dot.hidden = true;
    draw();
    remember(true);
    if (!frame) load(focus);
    else if (focus && trouble.hidden) port?.postMessage({ say: 'shown' });
    if (focus) (trouble.hidden ? frame.node : shut).focus();
  }

  function close() {
    if (panel.hidden) return;
    panel.hidden = true;
    draw();
    remember(false);
    // Where the keyboard came from; the button, where that is gone.
    const to = back && back !== document.body && back.isConnected ? back : launch;
    to.focus();
  }

  function identify(given) {
    token = typeof given === 'string' && given !== '' ? given : null;
    if (waiting) waiting(token);
    else port?.postMessage({ say: 'token', token });
  }

  launch.addEventListener('click', () => (panel.hidden ? show(true) : close()));
  shut.addEventListener('click', close);
  root.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || panel.hidden) return;
    event.preventDefault();
    close();
  });
  small.addEventListener('change', draw);

  window.beian = Object.freeze({ open: () => show(true), close, identify });

  function start() {
    document.body.append(host);
    draw();
    // After a reload as it was, without taking the keyboard; a phone would be covered.
    if (wasOpen() && !small.matches) show(false);
  }
  if (document.body) start();
  else addEventListener('DOMContentLoaded', start);
})();
