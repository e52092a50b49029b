'use strict';
// One sale: finding it, and its whole story. Each look is written into the audit log by the server.
let found = null;
let story = null;

// "12.30" in fen, exactly; null when it is no amount.
function fenOf(text) {
  const match = /^(\d{1,7})(?:[.．](\d{1,2}))?$/.exec(text.trim());
  return match ? Number(match[1]) * 100 + Number((match[2] || '').padEnd(2, '0')) : null;
}

function drawFound() {
  byId('found-card').hidden = found === null;
  if (found === null) return;
  fill(byId('found'), [t('entry'), t('when'), t('site'), t('diner'), t('list'), t('benefit'), t('paid')], found.list.map((row) =>
    [press(row.till + ' · ' + row.seq, () => openSale(row)), shortTime(row.at), siteName(siteOf(row.site), row.site), row.diner || t('guest'),
      yuan(row.list_fen), yuan(row.benefit_fen), yuan(row.paid_fen)]), t('found_none'));
  if (found.more) byId('found').append(element('caption', t('found_more'), 'empty'));
}

byId('search').addEventListener('submit', async (event) => {
  event.preventDefault();
  const said = byId('search-said');
  said.textContent = '';
  const asked = { text: byId('search-text').value.trim(), date: byId('search-date').value, time: byId('search-time').value,
    reason: byId('search-reason').value.trim() };
  if (!asked.text && !asked.date) { said.textContent = t('need_query'); return; }
  if (byId('search-amount').value.trim()) {
    asked.amount_fen = fenOf(byId('search-amount').value);
    if (asked.amount_fen === null) { said.textContent = t('bad_amount'); return; }
  }
  try {
    found = await ask('/api/search', asked);
    story = null;
    drawFound();
    drawStory();
  } catch (error) {
    said.textContent = error.status === 400 && !asked.reason ? t('need_reason') : saidOf(error);
  }
});

async function openSale(key, unveil, reason) {
  if (shown !== 'search') location.hash = '#search';
  byId('search-said').textContent = '';
  try {
    story = await ask('/api/sale', { till: key.till, epoch: key.epoch, seq: key.seq, unveil: Boolean(unveil),
      reason: reason || byId('search-reason').value.trim() });
  } catch (error) {
    byId('search-said').textContent = error.status === 404 ? t('no_entry') : saidOf(error);
    return;
  }
  drawStory();
  byId('story').scrollIntoView({ block: 'start' });
}

function part(title, ...content) {
  const box = element('section', undefined, 'part');
  box.append(element('h3', title), ...content);
  return box;
}

function pairs(rows) {
  const list = element('dl');
  rows.filter((row) => row[1] !== '' && row[1] !== undefined && row[1] !== null).forEach(([name, value]) => {
    const cell = element('dd');
    cell.append(value);
    list.append(element('dt', name), cell);
  });
  return list;
}

function mark(good, yes, no) { return element('p', (good ? '✓ ' : '✗ ') + t(good ? yes : no), good ? 'good' : 'bad'); }

function checksPart() {
  const checks = story.checks;
  const link = checks.next_links === null ? element('p', '– ' + t('link_none')) : mark(checks.next_links, 'link_ok', 'link_bad');
  return part(t('checks'), mark(checks.hash, 'hash_ok', 'hash_bad'), mark(checks.signature, 'sig_ok', 'sig_bad'), link);
}

function dinerPart() {
  const diner = story.diner;
  if (!diner) return part(t('diner'), element('p', t('anonymous')));
  const rows = [[t('diner'), diner.id + (diner.name ? ' · ' + diner.name : '')], [t('born'), diner.birth_date], [t('id_last4'), diner.id_last4],
    [t('phone_last4'), diner.phone_last4], [t('road'), diner.road]];
  const box = part(t('diner'), pairs(rows));
  if (!diner.known) box.append(element('p', t('unknown_diner')));
  if (diner.known && !diner.unveiled) {
    box.append(press(t('unveil'), () => askFor(t('unveil'), [[t('unveil_why'), 'text']], (values) => openSale(story, true, values[0]))));
  }
  return box;
}

function moneyPart(sale) {
  const rows = sale.lines.map((line) => [told(line), (line.weight_g ? line.weight_g + ' g · ' : '× ' + line.quantity + ' · ') + yuan(line.amount_fen)]);
  rows.push([t('list'), yuan(sale.list_fen)]);
  if (sale.delivery_fen) rows.push([t('delivery_fee'), yuan(sale.delivery_fen)]);
  sale.benefits.forEach((benefit) => rows.push([told(benefit), yuan(-benefit.amount_fen) + ' · ' +
    benefit.payers.map((share) => payerText(share.payer) + ' ' + yuan(share.amount_fen)).join(', ')]));
  sale.operator.forEach((one) => rows.push([t('beside'), payerText(one.payer) + ' ' + yuan(one.amount_fen)]));
  rows.push([t('paid_one'), yuan(sale.paid_fen)]);
  return part(t('money'), pairs(rows));
}

function judgementPart() {
  const judged = story.judgement;
  const said = { agrees: 'agrees', training: 'training' }[judged.state] || 'not_judged';
  const box = part(t('judgement'), judged.state === 'differs' ?
    element('p', t('differs') + judged.reasons.map(told).join(language === 'en' ? '; ' : '；'), judged.expected ? '' : 'bad') : element('p', t(said), said === 'agrees' ? 'good' : ''));
  const names = new Map(story.sale.benefits.map((benefit) => [benefit.rule, told(benefit)]));
  if (judged.district) box.append(account(t('district_says'), judged.district, names));
  box.classList.add('whole');
  return box;
}

function verdictPart(said) {
  const box = part(t('verdict'), claimBox(story, said, (done) => { drawStory(done); }));
  if (story.verdicts.length > 1) box.append(element('h3', t('verdicts_before')));
  if (story.verdicts.length > 1) story.verdicts.forEach((row) => box.append(pairs([[String(row.n), t(row.reason) + ' · ' + row.period], [t('posted'), row.posted], [t('borne'), row.borne]])));
  box.classList.add('whole');
  return box;
}

function ledgerPart() {
  const table = element('table');
  table.className = 'ledger';
  fill(table, ['#', t('kind'), t('debit'), t('credit'), t('amount'), t('period')], story.ledger.map((row) =>
    [String(row.n), t('k_' + row.kind), row.debit, row.credit, yuan(row.amount_fen), row.period]), t('none'));
  const box = part(t('ledger'), table);
  box.classList.add('whole');
  return box;
}

function aftermathParts(sale) {
  const payments = sale.payments.map((one) => [t(one.method), yuan(one.amount_fen) + ' · ' + one.channel + ' · ' + one.attempt]);
  const parts = [part(t('payments'), pairs(payments))];
  const add = (name, rows, line) => { if (rows.length) parts.push(part(t(name), pairs(rows.map(line)))); };
  add('bill_rows', story.bills, (row) => [row.channel, row.kind + ' ' + yuan(row.amount_fen) + ' · ' + row.txn + ' · ' + shortTime(row.at) + ' · ' + row.file]);
  add('voids', story.voids, (row) => [row.till + ' · ' + row.seq, row.reason + ' · ' + shortTime(row.received)]);
  add('refunds', story.refunds, (row) => [row.till + ' · ' + row.seq, (row.whole ? t('whole') : t('part')) + ' ' + yuan(row.paid_fen) + ' · ' + shortTime(row.at)]);
  return parts;
}

function bytesPart() {
  const entry = story.entry;
  const box = part(t('signed_bytes'), element('pre', entry.body));
  if (entry.veiled) box.append(element('p', t('veiled'), 'empty'));
  const hashes = pairs([['prev', element('code', entry.prev)], ['hash', element('code', entry.hash)], ['sig', element('code', entry.sig)],
    ['key', element('code', story.checks.signing_key)]]);
  hashes.className = 'hashes';
  box.append(hashes);
  story.forks.forEach((fork) => box.append(element('h3', t('forked_here') + ' ' + fork.hash.slice(0, 12) + '…'), element('pre', fork.body),
    mark(fork.checks.hash, 'hash_ok', 'hash_bad'), mark(fork.checks.signature, 'sig_ok', 'sig_bad')));
  box.classList.add('whole');
  return box;
}

function drawStory(said) {
  const box = byId('story');
  box.hidden = story === null;
  box.replaceChildren();
  if (story === null) return;
  const sale = story.sale;
  box.append(element('h2', story.till + ' · ' + story.epoch + ' · ' + story.seq));
  const parts = element('div', undefined, 'parts');
  if (sale) {
    const marks = [sale.training ? t('training') : '', sale.clock_suspect ? t('clock_suspect') : ''].filter(Boolean).join(' · ');
    parts.append(part(t('what'), pairs([[t('when'), sale.at.slice(0, 19).replace('T', ' ')], [t('site'), siteName(siteOf(sale.site), sale.site)],
      [t('kind'), [sale.meal, sale.service, sale.category].map(t).join(' · ')], [t('cashier'), sale.cashier], [t('rules'), sale.policy_version], ['', marks]])),
    dinerPart(), moneyPart(sale), ...aftermathParts(sale), judgementPart(), verdictPart(said), ledgerPart());
  } else {
    parts.append(part(t('kind'), element('p', t('kind_' + story.kind))));
  }
  if (story.findings.length) parts.append(part(t('findings'), pairs(story.findings.map((row) => [t('f_' + row.kind), findingText(row)]))));
  parts.append(checksPart(), bytesPart());
  box.append(parts);
}

pages.search = { draw: () => { drawFound(); drawStory(); }, forget: () => { found = story = null; byId('search').reset(); drawFound(); drawStory(); },
  show: async () => { if (!today) await loadToday(); drawFound(); drawStory(); } };
