// Loads a script of the site. Not by import() or fetch(): a browser refuses them a page that is
// opened as a file.

const root = new URL(document.documentElement.dataset.content_root, location.href);

export const addressOf = (path) => new URL(path, root).href;

export function loadScript(path) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = addressOf(path);
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(`${script.src} could not be loaded`)));
    document.head.append(script);
  });
}
