// What the browser keeps of the page: the conversation until the tab is closed, the language for good.
//
// Storage may be switched off or full; the page works without it. What signs somebody in is never kept.

import { WORDS } from './words.js';

const KEPT = 'beian.conversation';
const LANGUAGE = 'beian.language';
const MOST_KEPT = 200;

export function empty(as) {
  return { conversation: newName(), as, owner: null, turns: [], failed: null, retryIn: null, listening: false, heard: null };
}

export function newName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `w-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

export function restore() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    if (!kept || !Array.isArray(kept.turns) || typeof kept.conversation !== 'string') return null;
    const last = kept.turns.at(-1);
    return { ...empty(null), ...kept, failed: last?.who === 'you' ? (kept.failed ?? 'interrupted') : null };
  } catch {
    return null;
  }
}

export function keepState(state) {
  // Where there is no room for all of it the newest is kept; where there is no storage, nothing.
  for (let most = MOST_KEPT; most >= 1; most = Math.floor(most / 2)) {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ ...state, retryIn: null, turns: state.turns.slice(-most) }));
      return;
    } catch { /* less, then */ }
  }
}

export function chosenLanguage() {
  try {
    const chosen = localStorage.getItem(LANGUAGE);
    return chosen in WORDS ? chosen : null;
  } catch {
    return null;
  }
}

export function startLanguage() {
  const chosen = chosenLanguage();
  if (chosen) return chosen;
  const wanted = navigator.languages ?? [navigator.language];
  const first = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in WORDS);
  return first ?? 'zh';
}

export function chooseLanguage(language) {
  try {
    localStorage.setItem(LANGUAGE, language);
  } catch { /* for this visit only */ }
}

/** Whether the page was open before in this tab. */
export function isKept() {
  try {
    return sessionStorage.getItem(KEPT) !== null;
  } catch {
    return false;
  }
}
