// What the scripts around a chapter say, in the language of the page (book/_ext/shell_words.py).

export const TEXTS = JSON.parse(document.querySelector("script[data-shell]").dataset.shell);
