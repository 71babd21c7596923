// One chapter in Firefox: run a cell, edit one, check an exercise wrong and right.
//
//   node check.mjs FIREFOX http://localhost:PORT/book/en/sigmoid.html
//
// Prints what was seen as JSON.

import puppeteer from "puppeteer-core";

const [executablePath, address] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
const page = await browser.newPage();
page.setDefaultTimeout(300_000);
const complaints = [];
page.on("pageerror", (error) => complaints.push(String(error)));
await page.goto(address);

const cell = (name) => `div.cell:has(.cr-live[data-cell="${name}"])`;
const frame = () => page.evaluate(() => new Promise((done) => setTimeout(done, 100)));

async function settled() {
  await frame();
  await page.waitForFunction(() => !document.querySelector(".cr-running"));
  await frame();
}

async function printed(name) {
  await settled();
  return page.$eval(`${cell(name)} .cell_output.cr-live-output`, (output) => output.textContent);
}

async function press(name, what) {
  await page.click(`${cell(name)} [data-do="${what}"]`);
}

async function chord(...keys) {
  for (const key of keys) await page.keyboard.down(key);
  for (const key of keys.reverse()) await page.keyboard.up(key);
}

async function type(name, text) {
  await page.waitForSelector(`${cell(name)} .cm-content`);
  await page.focus(`${cell(name)} .cm-content`);
  await chord("Control", "a");
  await page.keyboard.type(text);
  await chord("Control", "Enter");
}

await press("cell-004", "run");
const run = await printed("cell-004");
await press("cell-004", "edit");
await type("cell-004", 'print("edited")');
const edited = await printed("cell-004");
await page.click(`${cell("cell-033")} pre[contenteditable]`);
await type("cell-033", 'check("sigmoid.by_pencil", [1, 2, 3, 4])');
const wrong = await printed("cell-033");
await type("cell-033", 'check("sigmoid.by_pencil", [0.8, 0.16, 0.2, 7.39])');
const right = await printed("cell-033");
const solved = await page.$eval('[data-exercise="sigmoid.by_pencil"]', (box) => box.checked);
const version = await browser.version();
await browser.close();
console.log(JSON.stringify({ version, run, edited, wrong, right, solved, complaints }));
