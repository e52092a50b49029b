'use strict';
// Sales whose price the district does not agree with: the list, and both accounts of one of them.
let chosen = null;

const reasons = (line) => (line.explained || []).map((one) => (language === 'en' ? one.en : one.zh)).join(language === 'en' ? '; ' : '；') ||
  t('pool_overdrawn');
const nameOf = (line) => line.sale ? line.sale.till + ' · ' + line.sale.seq : line.pool;
const sameSale = (a, b) => a && b && JSON.stringify(a.sale || a.pool) === JSON.stringify(b.sale || b.pool);

function opener(line) {
  const button = element('button', nameOf(line));
  button.type = 'button';
  button.addEventListener('click', () => {
    chosen = sameSale(chosen, line) ? null : line;
    drawAccounts();
  });
  return button;
}

function account(title, told) {
  const box = element('div');
  box.append(element('h3', title));
  const list = element('dl');
  const row = (name, value) => list.append(element('dt', name), element('dd', value));
  row(t('rules'), told.policy_version);
  row(t('list'), yuan(told.list_fen));
  (told.benefits || []).forEach((benefit) => row(benefit.rule, yuan(-benefit.amount_fen) + ' · ' +
    benefit.payers.map((share) => share.payer + ' ' + yuan(share.amount_fen)).join(', ')));
  (told.operator || []).forEach((amount) => row(amount.rule, amount.payer + ' ' + yuan(amount.amount_fen)));
  row(t('paid_one'), yuan(told.paid_fen));
  box.append(list);
  (told.why || []).forEach((why) => box.append(element('p', (why.applied ? '✓ ' : '– ') + (language === 'en' ? why.en : why.zh))));
  return box;
}

function drawAccounts() {
  const box = byId('difference');
  box.replaceChildren();
  box.hidden = chosen === null;
  if (chosen === null) return;
  box.append(element('p', nameOf(chosen) + ' · ' + reasons(chosen), 'said'));
  if (chosen.till) box.append(account(t('till_says'), chosen.till));
  if (chosen.district) box.append(account(t('district_says'), chosen.district));
}

function drawDifferences(data) {
  const some = data.expected + data.to_look_at > 0;
  const counts = byId('difference-counts');
  counts.textContent = some || data.waiting ? ['judged', 'expected', 'to_look_at'].map((key) => t(key) + ' ' + data[key]).join(' · ') +
    (data.waiting ? ' · ' + t('pricing') + ' ' + data.waiting : '') : t('agree').replace('{n}', data.judged);
  counts.className = 'doubts' + (data.to_look_at ? ' some' : '');
  fill(byId('differences'), [t('till'), t('when'), t('reason'), t('paid_till'), t('paid_district')], data.list.map((line) => [opener(line),
    line.at ? line.at.slice(5, 16).replace('T', ' ') : '', reasons(line), line.sale ? yuan(line.till_paid_fen) : '',
    line.district ? yuan(line.district_paid_fen) : '']), '');
  drawAccounts();
}

async function askDifferences() {
  try {
    const answer = await fetch('/api/differences', { cache: 'no-store' });
    if (answer.ok) drawDifferences(await answer.json());
  } catch (error) { /* the page above says that the connection is lost */ }
  setTimeout(askDifferences, 5000);
}
askDifferences();
