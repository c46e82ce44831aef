// The page in a frame of another site: what the site's widget says to it, and what it says back.
//
// The widget says hello with one end of a channel, and everything else goes through that. A hello counts only when it comes from the
// window around us and from a site that the server lists; who is signed in there (a token) comes this way and never in an address.

const GREETING = 10000;
const RENEWAL = 15000;

const sites = (document.body.dataset.origins ?? '').split(' ').filter(Boolean);

/** Whether this is the page for frames, in a frame. */
export const framed = sites.length > 0 && window.parent !== window;

let port = null;
let hello = null;
let greeted = null;
let renewed = null;
const heard = { token: null, shown: null };

function say(what) {
  port?.postMessage({ say: what });
}

function text(value) {
  return typeof value === 'string' && value !== '' ? value : null;
}

addEventListener('message', (event) => {
  if (!framed || event.source !== window.parent || !sites.includes(event.origin)) return;
  if (event.data?.beian !== 'hello' || !event.ports[0]) return;
  port?.close();
  [port] = event.ports;
  port.onmessage = ({ data }) => {
    if (data?.say === 'token') {
      const token = text(data.token);
      if (renewed) renewed(token);
      else heard.token?.(token);
    }
    if (data?.say === 'shown') heard.shown?.();
  };
  say('ready');
  hello = { language: text(event.data.language), token: text(event.data.token), shown: event.data.shown === true };
  greeted?.(hello);
});

/** The widget's first word: {language, token, shown}; null outside a frame, or where nobody speaks. */
export function greeting() {
  if (!framed || hello) return Promise.resolve(hello);
  return new Promise((resolve) => {
    greeted = resolve;
    setTimeout(() => resolve(null), GREETING);
  });
}

/** Hears of somebody else (or nobody) being signed in, and of the frame being opened. */
export function listen(token, shown) {
  Object.assign(heard, { token, shown });
}

/** Asks the site for a new token; null where it gives none. */
export function newToken() {
  if (!port) return Promise.resolve(null);
  return new Promise((resolve) => {
    const timer = setTimeout(() => renewed?.(null), RENEWAL);
    renewed = (token) => {
      clearTimeout(timer);
      renewed = null;
      resolve(token);
    };
    say('token');
  });
}

export const close = () => say('close');
export const news = () => say('news');

/** Whom a token names. Only to keep apart what is shown: the server is who checks it. */
export function userOf(token) {
  if (!token) return null;
  try {
    const coded = token.split('.')[0].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(coded), (sign) => sign.charCodeAt(0));
    return text(JSON.parse(new TextDecoder().decode(bytes)).user);
  } catch {
    return null;
  }
}
