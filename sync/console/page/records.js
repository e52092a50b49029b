'use strict';
// Months and their closing, bills of payment channels and their match, and the audit log.
let bills = null;
let months = null;
let auditLines = [];
let auditHead = null;

function monthState(row) {
  if (row.state === 'closed') {
    const digest = element('code', row.sha256.slice(0, 12) + '…');
    digest.title = row.sha256;
    const box = element('span', fillIn('closed_by', { who: row.by, other: row.approver, when: shortTime(row.closed) }) + ' ');
    box.append(digest);
    return box;
  }
  return row.state === 'proposed' ? fillIn('proposed_by', { who: row.by, when: shortTime(row.proposed) }) : t('month_open');
}

function monthKeys(row) {
  const box = element('span', undefined, 'keys-inline');
  const file = element('a', 'CSV');
  file.href = '/api/month_csv?month=' + row.month;
  box.append(file);
  const step = (name) => press(t('close_' + name), async (event) => {
    event.target.disabled = true;
    byId('months-said').textContent = '';
    try {
      months = await ask('/api/close_month', { month: row.month, step: name });
    } catch (error) {
      byId('months-said').textContent = error.status === 403 && error.code === 'refused' ? t(row.state === 'proposed' && row.by === me.name ? 'close_other' : 'close_early') : saidOf(error);
    }
    drawMonths();
  });
  if (deciders.includes(me.role) && row.state === 'open') box.append(step('propose'));
  if (deciders.includes(me.role) && row.state === 'proposed') box.append(row.by === me.name ? step('withdraw') : step('confirm'));
  return box;
}

function drawMonths() {
  if (!months) return;
  fill(byId('months'), [t('month'), t('state'), t('claims'), t('n_verdicts'), ''], months.list.map((row) =>
    [row.month, monthState(row), String(row.claims), String(row.awaiting), monthKeys(row)]), t('none'));
}

function drawBills() {
  if (!bills) return;
  fill(byId('bills'), [t('channel'), t('file'), t('day'), t('rows'), t('paid_sum'), t('refunded_sum'), t('fee'), t('imported')], bills.bills.map((row) =>
    [row.channel, row.name, (row.first || '') + (row.last && row.last !== row.first ? ' – ' + row.last : ''), String(row.rows), yuan(row.paid_fen),
      yuan(row.refunded_fen), yuan(row.fee_fen), shortTime(row.imported)]), t('none'));
  const match = bills.match;
  const channels = match ? Object.entries(match.channels || {}) : [];
  const size = (value) => Array.isArray(value) ? value.length : value && typeof value === 'object' ? value.count || 0 : value || 0;
  fill(byId('match'), [t('channel'), t('matched'), t('only_till'), t('only_bill'), t('differs_n')], channels.map(([name, one]) =>
    [name, String(size(one.matched)), String(size(one.only_in_till)), String(size(one.only_in_bill)), String(size(one.amount_differs) + size(one.undone_on_one_side))]), match ? t('none') : t('choose_day'));
}

async function loadBills() {
  const day = byId('match-date').value;
  bills = await ask('/api/bills' + (day ? '?date=' + day : ''));
  drawBills();
}
byId('match-date').addEventListener('change', () => loadBills().catch(() => {}));

function drawAudit() {
  if (!auditHead) return;
  const state = byId('audit-state');
  state.textContent = auditHead.unbroken ? fillIn('unbroken', { n: auditHead.lines }) : auditHead.broken;
  state.className = 'doubts' + (auditHead.unbroken ? '' : ' some');
  fill(byId('audit'), ['#', t('when'), t('who'), t('action'), t('subject'), t('reason'), t('source')], auditLines.map((line) =>
    [String(line.seq), line.at.slice(0, 19).replace('T', ' '), line.who || '–', t('a_' + line.action), line.subject, line.reason, line.source]), t('none'));
  byId('audit-more').hidden = !auditLines.length || auditLines[auditLines.length - 1].seq <= 1;
}

async function loadAudit(before) {
  auditHead = await ask('/api/audit' + (before ? '?before=' + before : ''));
  auditLines = before ? auditLines.concat(auditHead.list) : auditHead.list;
  drawAudit();
}
byId('audit-more').addEventListener('click', () => loadAudit(auditLines[auditLines.length - 1].seq).catch(() => {}));

pages.months = { draw: drawMonths, forget: () => { months = null; byId('months-said').textContent = ''; }, show: async () => { months = await ask('/api/months'); drawMonths(); } };
pages.bills = { draw: drawBills, forget: () => { bills = null; }, show: loadBills };
pages.audit = { draw: drawAudit, forget: () => { auditLines = []; auditHead = null; }, show: () => loadAudit(0) };
