// Accessibility of pages of a report by axe-core in Chromium, and that they ask for nothing.
// npm install --global axe-core puppeteer-core; NODE_PATH=$(npm root --global) CHROMIUM=/usr/bin/chromium node axe.js PAGE.html ...
const fs = require('fs');
const path = require('path');
const puppeteer = require('puppeteer-core');

async function look(browser, source, file) {
  const page = await browser.newPage();
  const asked = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('file://')) asked.push(request.url());
  });
  await page.setBypassCSP(true); // for axe itself
  await page.goto('file://' + path.resolve(file));
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => axe.run());
  await page.close();
  for (const v of violations)
    console.log(`${file}: ${v.impact}: ${v.id}, ${v.nodes.length} times: ${v.nodes[0].html.slice(0, 120)}`);
  for (const address of asked) console.log(`${file}: asks for ${address}`);
  return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').length + asked.length;
}

(async () => {
  const source = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox'],
  });
  let faults = 0;
  for (const file of process.argv.slice(2)) faults += await look(browser, source, file);
  await browser.close();
  console.log(faults ? `${faults} serious faults` : 'no serious fault');
  process.exit(faults ? 1 : 0);
})();
