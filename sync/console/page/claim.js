'use strict';
// What one sale asks of its payers, every signed version of it side by side, and a person's decision.
const deciders = ['administrator', 'settlement'];
const payerText = (key) => payerName(key.replace(/^operator:/, ''), today ? today.sites : [], '').textContent + (key.startsWith('operator:') ? t('to_operator') : '');

// The version that a claim speaks of: the one held first, or one of the forks.
function versionOf(all, hash) {
  if (all.entry.hash === hash) return { sale: all.sale, checks: all.checks, diner: all.diner ? all.diner.id : '', received: all.received, first: true };
  return all.forks.find((fork) => fork.hash === hash) || { sale: null, checks: null, diner: '', received: '' };
}

function factsOf(version) {
  const sale = version.sale;
  if (!sale) return [];
  return [[t('when'), sale.at.slice(0, 19).replace('T', ' ')], [t('diner'), version.diner || t('guest')], [t('kind'), [sale.meal, sale.service, sale.category].map(t).join(' · ')],
    [t('what'), sale.lines.map((line) => told(line) + (line.weight_g ? ' ' + line.weight_g + ' g' : ' × ' + line.quantity)).join(language === 'en' ? ', ' : '，')],
    [t('list'), yuan(sale.list_fen)], ...sale.benefits.map((benefit) => [told(benefit), yuan(-benefit.amount_fen)]), [t('paid_one'), yuan(sale.paid_fen)],
    [t('cashier'), sale.cashier], [t('received'), shortTime(version.received)]];
}

function factList(version, other) {
  const list = element('dl');
  const theirs = new Map(factsOf(other || { sale: null }));
  factsOf(version).forEach(([name, value]) => list.append(element('dt', name), element('dd', value, other && theirs.get(name) !== value ? 'differs' : '')));
  return list;
}

function payerTable(claim) {
  const table = element('table', undefined, 'payers');
  const borne = (row) => ['vendor', 'tolerance', 'diner'].filter((name) => row[name + '_fen']).map((name) => t('b_' + name) + ' ' + yuan(row[name + '_fen'])).join(' · ');
  fill(table, [t('payer'), t('claimed'), t('posted'), t('suspense'), t('borne')], claim.payers.map((row) =>
    [payerText(row.payer), yuan(row.claimed_fen), yuan(row.posted_fen), yuan(row.suspense_fen), borne(row)]), t('none'));
  return table;
}

function claimSection(all, claim) {
  const version = versionOf(all, claim.hash);
  const other = all.claims.length === 2 ? versionOf(all, all.claims.find((one) => one !== claim).hash) : null;
  const title = all.claims.length > 1 ? t(version.first ? 'first_version' : 'other_version') + ' · ' + claim.hash.slice(0, 12) : t('version_only') + ' · ' + claim.hash.slice(0, 12);
  const told_above = all === story && !other;  // the story's own boxes say it already
  const box = part(title, ...(told_above ? [] : [factList(version, other)]));
  if (version.checks) box.append(mark(version.checks.signature, 'sig_ok', 'sig_bad'));
  box.append(payerTable(claim), element('p', (claim.waiting ? '● ' : '') + t(claim.reason || 'not_judged') + (claim.period ? ' · ' + claim.period : ''), claim.waiting ? 'waits' : ''));
  claim.rulings.forEach((row) => box.append(element('p', t('as_' + row.ruling) + ' · ' + row.person + ' · ' + shortTime(row.at) + ' · ' + row.reason, 'ruling')));
  return box;
}

function choice(group, value, text, chosen) {
  const label = element('label', undefined, 'choice');
  const input = element('input');
  input.type = 'radio';
  input.name = group;
  input.value = value;
  input.checked = chosen;
  label.append(input, element('span', text));
  return label;
}

// Waits for the answer before it can be pressed again; the server counts the same decision once in any case.
function decisionForm(all, changed) {
  const form = element('form', undefined, 'decide');
  const open = all.claims.filter((claim) => claim.waiting);
  const list = open.length ? open : all.claims;
  const only = list.length === 1 && all.claims.length > 1 ? ' · ' + t(versionOf(all, list[0].hash).first ? 'first_version' : 'other_version') + ' · ' + list[0].hash.slice(0, 12) : '';
  form.append(element('h3', t(open.length ? 'decide' : 'decide_appeal') + only));
  if (list.length > 1) list.forEach((claim) => form.append(choice('version', claim.hash, t(versionOf(all, claim.hash).first ? 'first_version' : 'other_version') + ' · ' + claim.hash.slice(0, 12), false)));
  const words = element('div', undefined, 'choices');
  ['accept', 'vendor', 'tolerance', 'diner', ...(open.length ? [] : ['dispute'])].forEach((as) => words.append(choice('as', as, t('as_' + as), false)));
  const label = element('label');
  const reason = element('input');
  reason.maxLength = 130;
  reason.autocomplete = 'off';
  label.append(element('span', t('decide_why')), reason);
  const send = element('button', t('decide_do'), 'main');
  const said = element('p');
  said.setAttribute('role', 'alert');
  form.append(words, label, send, said);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const chosen = new FormData(form);
    const claim = list.length > 1 ? list.find((one) => one.hash === chosen.get('version')) : list[0];
    if (!claim || !chosen.get('as') || !reason.value.trim()) { said.textContent = t('decide_need'); return; }
    send.disabled = true;
    try {
      const answer = await ask('/api/decide', { till: all.till, epoch: all.epoch, seq: all.seq, hash: claim.hash, as: chosen.get('as'),
        reason: reason.value.trim(), seen: claim.rulings.length });
      all.claims = answer.claims;
      changed(t('decided'));
    } catch (error) {
      said.textContent = saidOf(error);
      send.disabled = false;
    }
  });
  return form;
}

function claimBox(all, said, changed) {
  const box = element('div', undefined, 'claims');
  if (!all.claims.length) { box.append(element('p', t('no_verdict'))); return box; }
  const waiting = all.claims.find((claim) => claim.waiting);
  if (waiting) box.append(element('p', t('why_' + waiting.reason), 'waits'));
  const versions = element('div', undefined, 'parts');
  all.claims.forEach((claim) => versions.append(claimSection(all, claim)));
  box.append(versions);
  if (said) box.append(element('p', said, 'good'));
  if (deciders.includes(me.role)) box.append(decisionForm(all, changed));
  return box;
}
