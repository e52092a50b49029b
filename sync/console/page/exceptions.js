'use strict';
// What a person must look at: prices that differ, forks, quarantine, findings, claims that wait.
let exceptions = null;
let differing = null;
let chosen = null;
let opened = null;

const reasons = (line) => (line.explained || []).map(told).join(language === 'en' ? '; ' : '；') || t('pool_overdrawn');
const nameOf = (line) => line.sale ? line.sale.till + ' · ' + line.sale.seq : line.pool;
const sameSale = (a, b) => a && b && JSON.stringify(a.sale || a.pool) === JSON.stringify(b.sale || b.pool);

function account(title, said, names) {
  const box = element('div', undefined, 'account');
  box.append(element('h3', title));
  const list = element('dl');
  const row = (name, value) => list.append(element('dt', name), element('dd', value));
  row(t('rules'), said.policy_version);
  row(t('list'), yuan(said.list_fen));
  (said.benefits || []).forEach((benefit) => row((names && names.get(benefit.rule)) || benefit.rule, yuan(-benefit.amount_fen) + ' · ' +
    benefit.payers.map((share) => payerText(share.payer) + ' ' + yuan(share.amount_fen)).join(', ')));
  (said.operator || []).forEach((amount) => row(t('beside'), payerText(amount.payer) + ' ' + yuan(amount.amount_fen)));
  row(t('paid_one'), yuan(said.paid_fen));
  box.append(list);
  const why = element('dl', undefined, 'why');
  (said.why || []).forEach((one) => why.append(element('dt', (one.applied ? '✓ ' : '– ') + ((names && names.get(one.rule)) || one.rule)), element('dd', told(one))));
  if (why.children.length) box.append(why);
  return box;
}

function drawAccounts() {
  const box = byId('difference');
  box.replaceChildren();
  box.hidden = chosen === null;
  if (chosen === null) return;
  const said = element('p', nameOf(chosen) + ' · ' + reasons(chosen), 'said');
  if (chosen.sale) said.append(' ', press(t('story'), () => openSale(chosen.sale)));
  box.append(said);
  if (chosen.till) box.append(account(t('till_says'), chosen.till));
  if (chosen.district) box.append(account(t('district_says'), chosen.district));
}

function drawDifferences(data) {
  const some = data.expected + data.to_look_at > 0;
  const counts = byId('difference-counts');
  counts.textContent = some || data.waiting ? ['judged', 'expected', 'to_look_at'].filter((key) => key !== 'judged' || data.judged).map((key) => t(key) + ' ' + data[key]).join(' · ') +
    (data.waiting ? ' · ' + t('pricing') + ' ' + data.waiting : '') : data.judged ? fillIn('agree', { n: data.judged }) : t('none');
  counts.className = 'doubts' + (data.to_look_at ? ' some' : '');
  fill(byId('differences'), [t('till'), t('when'), t('reason'), t('paid_till'), t('paid_district')], data.list.map((line) =>
    [press(nameOf(line), () => { chosen = sameSale(chosen, line) ? null : line; drawAccounts(); }), shortTime(line.at), reasons(line),
      line.sale ? yuan(line.till_paid_fen) : '', line.district ? yuan(line.district_paid_fen) : '']), '');
  drawAccounts();
}

// In words of the page's language where there are some; the server's own say more about one entry.
const findingText = (row) => { const box = element('span', texts[language]['ft_' + row.kind] || row.text); box.title = row.text; return box; };
const entryButton = (row) => press(row.till + ' · ' + row.seq, () => openSale(row));
const digest = (hash) => { const cell = element('code', hash ? hash.slice(0, 12) + '…' : '–'); cell.title = hash || ''; return cell; };

// One of those that wait, with all that a person must know to decide. The look is recorded.
async function openClaim(row) {
  byId('claim-said').textContent = '';
  try {
    opened = await ask('/api/sale', { till: row.till, epoch: row.epoch, seq: row.seq, unveil: false, reason: '' });
    drawClaim('');
    byId('claim').scrollIntoView({ block: 'start' });
  } catch (error) {
    byId('claim-said').textContent = saidOf(error);
  }
}

function drawClaim(said) {
  const box = byId('claim');
  box.replaceChildren();
  box.hidden = opened === null;
  if (opened === null) return;
  const head = element('p', opened.till + ' · ' + opened.seq + (opened.sale ? ' · ' + siteText(opened.sale.site) : ''), 'said');
  head.append(' ', press(t('story'), () => openSale(opened)), ' ', press(t('close'), () => { opened = null; drawClaim(''); }));
  box.append(head, claimBox(opened, said, (done) => { drawClaim(done); refresh(); }));
}

function drawExceptions() {
  if (!exceptions || !differing) return;
  const count = (name) => exceptions[name] ? exceptions[name].count : 0;
  const waiting = exceptions.verdicts ? [['n_verdicts', String(count('verdicts')), count('verdicts') ? 'attention' : 'main']] : [];
  drawTotals(byId('exception-counts'), [...waiting, ['n_differences', String(differing.to_look_at)],
    ['n_forks', String(count('forks'))], ['n_quarantine', String(count('quarantine'))], ['n_findings', String(count('findings'))]]);
  byId('verdicts-card').hidden = !exceptions.verdicts;
  if (exceptions.verdicts) {
    fill(byId('verdicts'), [t('entry'), t('date'), t('reason'), t('vendor_name'), t('claimed'), t('suspense')], exceptions.verdicts.list.map((row) =>
      [press(row.till + ' · ' + row.seq, () => openClaim(row)), row.date, t(row.reason), row.vendor, yuan(row.claimed_fen), yuan(row.suspense_fen)]), t('none'));
  }
  drawDifferences(differing);
  fill(byId('forks'), [t('entry'), t('first_version'), t('received'), t('other_version'), t('received')], exceptions.forks.list.map((row) =>
    [entryButton(row), digest(row.first_hash), shortTime(row.first_received), digest(row.hash), shortTime(row.received)]), t('none'));
  fill(byId('quarantine'), [t('till'), t('reason'), t('digest'), t('bytes'), t('received')], exceptions.quarantine.list.map((row) =>
    [row.till, t(row.reason), digest(row.sha256), String(row.bytes), shortTime(row.received)]), t('none'));
  fill(byId('findings'), [t('entry'), t('kind'), t('text'), t('when')], exceptions.findings.list.map((row) =>
    [entryButton(row), t('f_' + row.kind), findingText(row), shortTime(row.found)]), t('none'));
}

pages.exceptions = { refresh_ms: 5000, draw: () => { drawExceptions(); drawClaim(''); }, forget: () => { exceptions = differing = chosen = opened = null; }, show: async () => {
  if (!today) await loadToday();
  [exceptions, differing] = await Promise.all([ask('/api/exceptions'), ask('/api/differences')]);
  drawExceptions();
} };
