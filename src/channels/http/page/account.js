// Who is signed in, and a code with which they become known on another channel.

import { find } from './view.js';

let account = null;

/** Draws the line about whoever is signed in, in the page's words. */
export function draw(words) {
  find('account').hidden = account === null;
  if (account === null) return;
  find('signed').textContent = account.linked ? words.signed : words.signedUnlinked;
  find('link').hidden = account.link_to === null;
  if (account.link_to !== null) find('link').textContent = words.link(account.link_to);
  const { told } = account;
  find('code').replaceChildren();
  if (told === 'failed') find('code').textContent = words.noCode;
  else if (told) {
    const code = document.createElement('strong');
    code.textContent = told.code;
    const until = new Date(told.expires_at).toLocaleTimeString(document.documentElement.lang, { hour: '2-digit', minute: '2-digit' });
    find('code').append(words.code, ' ', code, ' ', words.codeUse(account.link_to, until));
  }
}

/** Asks the server about whoever is signed in now. `call` is a request with their token. */
export async function refresh(call, words) {
  account = null;
  draw(words());
  const told = await answer(call, '/v1/session', 'GET');
  account = told?.user ? told : null;
  draw(words());
}

/** Lets the button fetch a code. */
export function prepare(call, words) {
  find('link').addEventListener('click', async () => {
    const asked = account;
    const told = await answer(call, '/v1/link_codes/mine', 'POST');
    // Somebody else may have signed in meanwhile.
    if (asked === null || asked !== account) return;
    account.told = told ?? 'failed';
    draw(words());
  });
}

async function answer(call, path, method) {
  try {
    const response = await call(path, () => ({ method }));
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
