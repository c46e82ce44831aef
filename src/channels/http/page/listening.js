// What a human says: asked for every few seconds while one has the conversation or is awaited.

const EVERY = 4000;
const EVERY_UNSEEN = 20000;
const PATIENCE = 10000;

let timer = null;
let round = 0;

/** Asks until nobody is there or awaited. `fetchNew()` gives what is new, or null where that can't be had now; `hear(told)` takes it in. */
export function listen(fetchNew, hear) {
  stop();
  const mine = round;
  const next = () => {
    timer = setTimeout(async () => {
      const told = await fetchNew(AbortSignal.timeout(PATIENCE)).catch(() => null);
      // Another conversation has begun meanwhile.
      if (mine !== round) return;
      if (told) hear(told);
      if (!told || told.waiting || told.speaker === 'human') next();
    }, document.hidden ? EVERY_UNSEEN : EVERY);
  };
  next();
}

export function stop() {
  clearTimeout(timer);
  round += 1;
}
