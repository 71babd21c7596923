// Reads {words, styles} from standard input, writes the styles without the rules that no word needs.
// A rule stays if every class, id and element it names is among the words; attributes do not count.
const { PurgeCSS } = require("purgecss");

async function main() {
  const { words, styles } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const attributes = styles.flatMap((css) =>
    [...css.matchAll(/\[([\w-]+)/g)].map((found) => found[1]),
  );
  const purged = await new PurgeCSS().purge({
    content: [{ raw: words.join(" "), extension: "html" }],
    css: styles.map((raw) => ({ raw })),
    dynamicAttributes: [...new Set(attributes)],
    fontFace: true,
    keyframes: true,
    variables: true,
    // Variables that pages, scripts and our own stylesheets ask for.
    safelist: { standard: [], variables: words.filter((word) => word.startsWith("--")) },
    // The theme's icon font: book/_static/icons.css draws the few icons instead.
    blocklist: [/^fa[bsr]?$/, /^fa-/],
  });
  process.stdout.write(JSON.stringify(purged.map((each) => each.css)));
}

main();
