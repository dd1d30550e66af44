// The index of a report by keyboard, with scripts of pages forbidden: what is typed is chosen, what is
// chosen stands alone, Tab leads to its link.
// usage: CHROMIUM=... node find.js INDEX.html TYPED WANTED [TYPED WANTED ...]
// TYPED: the letters; WANTED: what the one visible link leads to, or "N" visible links for a district
const path = require('path');
const puppeteer = require('puppeteer-core');

// Reading the page is the looker's, not the page's own script, which stays off.
const visible = () =>
  [...document.querySelectorAll('.found > li')].filter((li) => li.offsetParent).map((li) =>
    li.querySelector('a').getAttribute('href'));

(async () => {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox'],
  });
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(false);
  await page.goto('file://' + path.resolve(process.argv[2]));
  const all = await page.evaluate(visible);
  let faults = all.length ? 0 : 1;
  for (let i = 3; i + 1 < process.argv.length; i += 2) {
    const [typed, wanted] = [process.argv[i], process.argv[i + 1]];
    await page.reload();
    await page.focus('#find');
    const start = Date.now();
    await page.keyboard.type(typed);
    const shown = await page.evaluate(visible);
    const spent = Date.now() - start;
    await page.keyboard.press('Tab');
    const link = await page.evaluate(() => document.activeElement.getAttribute('href'));
    const good = /^\d+$/.test(wanted)
      ? shown.length === Number(wanted)
      : shown.length === 1 && shown[0] === wanted && link === wanted;
    if (!good) console.log(`typed ${typed}: shows ${shown.slice(0, 3)} (${shown.length}), Tab: ${link}, not ${wanted}`);
    else console.log(`typed ${typed}: ${wanted} of ${all.length} (${spent} ms)`);
    faults += good ? 0 : 1;
  }
  await browser.close();
  process.exit(faults ? 1 : 0);
})();
