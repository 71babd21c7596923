// The host: gives the module above its model on a page without a kernel. Every figure of this
// explorable that is not alive yet gets one of its own, so two on a page do not meet.

function hostModel(state) {
  const listeners = new Map();
  const emit = (event) => {
    for (const listener of listeners.get(event) ?? []) listener();
  };
  return {
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value;
      emit(`change:${name}`);
    },
    on: (event, listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    off(event, listener) {
      const left = (listeners.get(event) ?? []).filter((other) => listener && other !== listener);
      listeners.set(event, left);
    },
    save_changes: () => emit("change"),
  };
}

for (const figure of document.querySelectorAll(`[data-explorable="${explorable.name}"]`)) {
  if (figure.dataset.alive) continue;
  figure.dataset.alive = "true";
  const still = [...figure.children].filter((child) => child.matches(".cr-still, figcaption"));
  const el = document.createElement("div");
  figure.append(el); // before it is drawn, so that its width is known
  try {
    const state = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    explorable.render({ model: hostModel(state), el });
    // Only now: if anything above fails, the still picture stays.
    for (const child of still) child.remove();
  } catch (error) {
    el.remove();
    console.error(error);
  }
}
