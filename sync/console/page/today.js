'use strict';
// Today's meals while they are served, and the tills.
let today = null;

function ago(seconds) {
  if (seconds < 0) return t('never');
  if (seconds < 60) return t('on');
  if (seconds < 3600) return Math.floor(seconds / 60) + t('min');
  if (seconds < 172800) return Math.floor(seconds / 3600) + t('h');
  return Math.floor(seconds / 86400) + t('d');
}

function siteName(site, id) {
  const box = element('span', site ? pick(site, 'name') : id);
  if (site) box.append(element('small', pick(site, 'subdistrict')));
  return box;
}

const siteText = (id) => { const site = siteOf(id); return site ? pick(site, 'name') + ' (' + pick(site, 'subdistrict') + ')' : id; };
const siteOf = (id) => today && today.sites.find((one) => one.site === id);

// "street:310110016" is the street office of that subdistrict.
function payerName(key, sites, note) {
  const [kind, code] = key.split(':');
  const site = code && sites.find((one) => one.subdistrict.startsWith(code));
  const box = element('span', site ? pick(site, 'subdistrict') : t(kind) + (code ? ' ' + code : ''));
  if (note) box.append(element('small', note));
  return box;
}

function drawTotals(box, totals) {
  box.replaceChildren();
  totals.forEach(([name, value, extra]) => {
    const total = element('div', undefined, 'total ' + (extra || ''));
    total.append(element('span', t(name)), element('b', value));
    box.append(total);
  });
}

function drawChart(quarters) {
  const box = byId('chart');
  box.replaceChildren();
  if (quarters.length === 0) { box.append(element('p', t('nothing'), 'empty')); return; }
  const most = Math.max(...quarters.map((quarter) => quarter.sales));
  const counts = new Map(quarters.map((quarter) => [quarter.minute, quarter.sales]));
  // Never fewer than four hours, so that a meal's first minutes do not fill the picture.
  const last = Math.max(quarters[quarters.length - 1].minute, quarters[0].minute + 225);
  for (let minute = quarters[0].minute; minute <= last; minute += 15) {
    const sales = counts.get(minute) || 0;
    const bar = element('div', undefined, 'bar');
    bar.style.height = Math.round(100 * sales / most) + '%';
    if (sales) bar.append(element('i', String(sales)));
    else bar.classList.add('none');
    if (minute % 30 === 0) {
      bar.append(element('em', String(Math.floor(minute / 60)).padStart(2, '0') + ':' + String(minute % 60).padStart(2, '0')));
    }
    box.append(bar);
  }
}

function drawGroups(data) {
  const group = (rows) => Object.entries(rows || {}).map(([key, row]) => [t(key), String(row.sales), yuan(row.list_fen)]);
  fill(byId('meals'), ['', t('sales'), t('list')], [...group(data.by_meal), ...group(data.by_service), ...group(data.by_category)], t('nothing'));
  const payers = (rows, note) => Object.entries(rows || {}).map(([key, row]) => [payerName(key, data.sites, note), String(row.sales),
    yuan(row.amount_fen)]);
  fill(byId('payers'), ['', t('sales'), t('amount')], [...payers(data.by_payer, ''), ...payers(data.by_operator_payer, t('beside'))], t('nothing'));
  fill(byId('tenders'), ['', t('sales'), t('amount')], Object.entries(data.by_tender || {}).map(([key, row]) => [t(key), String(row.sales),
    yuan(row.amount_fen)]), t('nothing'));
}

const siteRow = (site) => [siteName(site), String(site.sales), yuan(site.list_fen), yuan(site.benefit_fen), yuan(site.paid_fen)];
const siteHead = () => [t('site'), t('sales'), t('list'), t('benefit'), t('paid')];

function drawToday() {
  if (!today) return;
  byId('date').textContent = today.date + ' · ' + today.now.slice(11, 19);
  drawTotals(byId('totals'), [['sales', String(today.sales), 'main'], ['list', yuan(today.list_fen)], ['benefit', yuan(today.benefit_fen)],
    ['paid', yuan(today.paid_fen)], ['voided', String(today.voided.sales)]]);
  byId('chart-card').hidden = byId('groups').hidden = today.limited;
  drawChart(today.quarters);
  drawGroups(today);
  const busy = today.sites.filter((site) => site.sales).sort((a, b) => b.sales - a.sales);
  fill(byId('sites'), siteHead(), busy.map(siteRow), t('nothing'));
  const quiet = today.sites.length - busy.length;
  if (busy.length && quiet) byId('sites').append(element('caption', fillIn('quiet', { n: quiet }), 'empty'));
}

function clockOf(till) {
  if (till.seen_ago_s < 0 || Math.abs(till.clock_ahead_s) < 5) return '';
  return fillIn(till.clock_ahead_s > 0 ? 's_ahead' : 's_behind', { n: Math.abs(till.clock_ahead_s) });
}

function tillName(till) {
  const box = element('span');
  box.append(element('span', '', 'state ' + (till.revoked ? 'revoked' : till.online ? 'on' : 'off')), till.till);
  return box;
}

function drawTills() {
  if (!today) return;
  byId('date').textContent = today.date + ' · ' + today.now.slice(11, 19);
  fill(byId('tills'), [t('till'), t('site'), t('seen'), t('waiting'), t('clock'), t('software'), t('state')], today.tills.map((till) =>
    [tillName(till), siteName(siteOf(till.site), till.site), ago(till.seen_ago_s), String(till.waiting), clockOf(till), till.software,
      till.revoked ? t('revoked') : t('active')]), t('no_tills'));
  fill(byId('all-sites'), siteHead(), today.sites.map(siteRow), t('none'));
}

async function loadToday() {
  const date = new URLSearchParams(location.search).get('date');
  today = await ask('/api/today' + (date ? '?date=' + encodeURIComponent(date) : ''));
}

pages.today = { refresh_ms: 2000, draw: drawToday, forget: () => { today = null; }, show: async () => { await loadToday(); drawToday(); } };
pages.tills = { refresh_ms: 5000, draw: drawTills, show: async () => { await loadToday(); drawTills(); } };
