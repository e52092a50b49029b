'use strict';
// Asks /api/today every two seconds and redraws. Text is set as text, never as markup.
const texts = {
  'zh-CN': { other: 'English', today: '今天', sales: '餐次', list: '标价合计', benefit: '补贴合计', paid: '就餐人自付', voided: '已撤销',
    by_quarter: '每刻钟用餐人次', by_meal: '餐别与方式', by_payer: '谁出钱', by_tender: '收款方式', sites: '各点今日', tills: '收银机',
    site: '点位', amount: '金额', till: '收银机', seen: '最近联系', waiting: '待传', breakfast: '早餐', lunch: '午餐', dinner: '晚餐',
    dine_in: '堂食', take_away: '外带', delivery: '送餐', cash: '现金', qr: '扫码', senior_card: '敬老卡', bank_card: '银行卡',
    district: '区财政', city: '市级', street: '街道', foundation: '基金会', bank: '银行', vendor: '餐饮企业', on: '在线', live: '实时', lost: '连接中断',
    never: '从未', revoked: '已停用', s: '秒前', min: '分钟前', h: '小时前', d: '天前', nothing: '今天还没有用餐记录。',
    no_tills: '还没有收银机加入。', fine: '没有异常。', findings: '待查', quarantined: '隔离', forked: '分叉', quiet: '其余 {n} 个点今天还没有记录。',
    beside: '给运营方', differences: '区里重新计价', agree: '已核对 {n} 笔，收银机与区里一致。', judged: '已核对', pricing: '待核对', expected: '可解释', to_look_at: '要查看',
    when: '时间', paid_till: '收银机收', paid_district: '区里算', reason: '原因', till_says: '收银机（签名记录）', district_says: '区里', paid_one: '自付', rules: '规则版本', pool_overdrawn: '共享额度超用', because: '为什么', first: '首餐', second: '加餐', guest: '宾客', staff: '员工' },
  en: { other: '中文', today: 'Today', sales: 'Meals', list: 'List price', benefit: 'Benefits', paid: 'Paid by diners', voided: 'Voided',
    by_quarter: 'Meals by quarter hour', by_meal: 'Meal and service', by_payer: 'Who pays', by_tender: 'How it was paid',
    sites: 'Sites today', tills: 'Tills', site: 'Site', amount: 'Amount', till: 'Till', seen: 'Last seen', waiting: 'Waiting',
    breakfast: 'Breakfast', lunch: 'Lunch', dinner: 'Dinner', dine_in: 'Dine in', take_away: 'Take away', delivery: 'Delivery',
    cash: 'Cash', qr: 'QR', senior_card: 'Senior card', bank_card: 'Bank card', district: 'District', city: 'City', street: 'Street',
    foundation: 'Foundation', bank: 'Bank', vendor: 'Vendor', on: 'online', live: 'Live', lost: 'No connection', never: 'never',
    revoked: 'revoked', s: ' s ago', min: ' min ago', h: ' h ago', d: ' d ago', nothing: 'No meals yet today.',
    no_tills: 'No till has joined yet.', fine: 'Nothing unusual.', findings: 'To look at', quarantined: 'Quarantined', forked: 'Forked',
    quiet: '{n} other sites have no meals yet today.', beside: 'to the operator', differences: 'Priced again', agree: '{n} sales checked; tills and district agree.', judged: 'Checked', pricing: 'Waiting', expected: 'Explained', to_look_at: 'To look at',
    when: 'When', paid_till: 'Till', paid_district: 'District', reason: 'Why', till_says: 'Till (signed entry)', district_says: 'District', paid_one: 'Diner pays', rules: 'Rules', pool_overdrawn: 'A shared pool was overdrawn', because: 'Why', first: 'First meals', second: 'Second meals', guest: 'Guests', staff: 'Staff' },
};
let language = new URLSearchParams(location.search).get('lang') || localStorage.getItem('language') || 'zh-CN';
let last = null;
const byId = (id) => document.getElementById(id);
const t = (key) => texts[language][key] || key;
const pick = (value, name) => (language === 'en' ? value[name + '_en'] : value[name + '_zh']) || value[name + '_zh'] || '';
const yuan = (fen) => '¥' + (fen < 0 ? '-' : '') + Math.floor(Math.abs(fen) / 100).toLocaleString('en') + '.' +
  String(Math.abs(fen) % 100).padStart(2, '0');

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function fill(table, head, rows, empty) {
  table.replaceChildren();
  if (rows.length === 0) { table.append(element('caption', empty, 'empty')); return; }
  const header = element('tr');
  head.forEach((name) => header.append(element('th', name)));
  table.append(header);
  rows.forEach((cells) => {
    const row = element('tr');
    cells.forEach((cell) => {
      const made = element('td');
      made.append(cell);
      row.append(made);
    });
    table.append(row);
  });
}

function ago(seconds) {
  if (seconds < 0) return t('never');
  if (seconds < 60) return t('on');
  if (seconds < 3600) return Math.floor(seconds / 60) + t('min');
  if (seconds < 172800) return Math.floor(seconds / 3600) + t('h');
  return Math.floor(seconds / 86400) + t('d');
}

function tillName(till, sites) {
  const box = element('span');
  const site = sites.find((one) => one.site === till.site);
  box.append(element('span', '', 'state ' + (till.revoked ? 'revoked' : till.online ? 'on' : 'off')));
  box.append(site ? pick(site, 'name') : till.site, element('small', till.till));
  return box;
}

// "street:310110016" is the street office of that subdistrict.
function payerName(key, sites, note) {
  const [kind, code] = key.split(':');
  const site = code && sites.find((one) => one.subdistrict.startsWith(code));
  const box = element('span', site ? pick(site, 'subdistrict') : t(kind) + (code ? ' ' + code : ''));
  if (note) box.append(element('small', note));
  return box;
}

function siteName(site) {
  const box = element('span', pick(site, 'name'));
  box.append(element('small', pick(site, 'subdistrict')));
  return box;
}

function drawTotals(data) {
  const box = byId('totals');
  box.replaceChildren();
  [['sales', String(data.sales), 'main'], ['list', yuan(data.list_fen)], ['benefit', yuan(data.benefit_fen)],
    ['paid', yuan(data.paid_fen)], ['voided', String(data.voided.sales)]].forEach(([name, value, extra]) => {
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
  for (let minute = quarters[0].minute; minute <= quarters[quarters.length - 1].minute; minute += 15) {
    const sales = counts.get(minute) || 0;
    const bar = element('div', undefined, 'bar');
    bar.style.height = Math.round(100 * sales / most) + '%';
    if (sales) bar.append(element('i', String(sales)));
    if (minute % 30 === 0 || quarters.length < 16) {
      bar.append(element('em', String(Math.floor(minute / 60)).padStart(2, '0') + ':' + String(minute % 60).padStart(2, '0')));
    }
    box.append(bar);
  }
}

function draw(data) {
  document.documentElement.lang = language;
  byId('language').textContent = t('other');
  document.querySelectorAll('[data-text]').forEach((node) => { node.textContent = t(node.dataset.text); });
  byId('district').textContent = pick(data, 'district');
  byId('date').textContent = data.date + ' · ' + data.now.slice(11, 19);
  drawTotals(data);
  drawChart(data.quarters);
  const group = (rows) => Object.entries(rows).map(([key, row]) => [t(key), String(row.sales), yuan(row.list_fen)]);
  fill(byId('meals'), ['', t('sales'), t('list')], [...group(data.by_meal), ...group(data.by_service), ...group(data.by_category)],
    t('nothing'));
  const payers = (rows, note) => Object.entries(rows).map(([key, row]) => [payerName(key, data.sites, note), String(row.sales),
    yuan(row.amount_fen)]);
  fill(byId('payers'), ['', t('sales'), t('amount')], [...payers(data.by_payer, ''), ...payers(data.by_operator_payer, t('beside'))],
    t('nothing'));
  fill(byId('tenders'), ['', t('sales'), t('amount')], Object.entries(data.by_tender).map(([key, row]) => [t(key), String(row.sales),
    yuan(row.amount_fen)]), t('nothing'));
  const busy = data.sites.filter((site) => site.sales).sort((a, b) => b.sales - a.sales);
  fill(byId('sites'), [t('site'), t('sales'), t('list'), t('benefit'), t('paid')], busy.map((site) => [siteName(site), String(site.sales),
    yuan(site.list_fen), yuan(site.benefit_fen), yuan(site.paid_fen)]), t('nothing'));
  const quiet = data.sites.length - busy.length;
  if (busy.length && quiet) byId('sites').append(element('caption', t('quiet').replace('{n}', quiet), 'empty'));
  fill(byId('tills'), [t('till'), t('seen'), t('waiting')], data.tills.map((till) => [tillName(till, data.sites),
    till.revoked ? t('revoked') : ago(till.seen_ago_s), String(till.waiting)]), t('no_tills'));
  const doubts = ['findings', 'quarantined', 'forked'].filter((name) => data[name]);
  byId('doubts').textContent = doubts.length ? doubts.map((name) => t(name) + ' ' + data[name]).join(' · ') : t('fine');
  byId('doubts').className = 'doubts' + (doubts.length ? ' some' : '');
}

async function ask() {
  try {
    const answer = await fetch('/api/today' + location.search, { cache: 'no-store' });
    if (!answer.ok) throw new Error(String(answer.status));
    last = await answer.json();
    byId('link').textContent = t('live');
    byId('link').className = 'pill';
    draw(last);
  } catch (error) {
    byId('link').textContent = t('lost');
    byId('link').className = 'pill off';
  }
  setTimeout(ask, 2000);
}

byId('language').addEventListener('click', () => {
  language = language === 'en' ? 'zh-CN' : 'en';
  localStorage.setItem('language', language);
  if (last) draw(last);
});
ask();
