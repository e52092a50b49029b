'use strict';
// What all pages share: language, asking the server, signing in and out, tabs. Text is set as text,
// never as markup.
let language = new URLSearchParams(location.search).get('lang') || localStorage.getItem('language') || 'zh-CN';
if (!texts[language]) language = 'zh-CN';
let me = null;
let hello = null;
const pages = {};  // name: { show(), draw(), refresh_ms }
let shown = '';
let timer = 0;

const byId = (id) => document.getElementById(id);
const t = (key) => texts[language][key] || key;
const fillIn = (key, values) => t(key).replace(/\{(\w+)\}/g, (all, name) => values[name]);
const pick = (value, name) => (language === 'en' ? value[name + '_en'] : value[name + '_zh']) || value[name + '_zh'] || '';
const told = (value) => (language === 'en' ? value.en : value.zh) || value.zh || '';
const yuan = (fen) => (fen < 0 ? '−¥' : '¥') + Math.floor(Math.abs(fen) / 100).toLocaleString('en') + '.' +
  String(Math.abs(fen) % 100).padStart(2, '0');
const shortTime = (text) => text ? text.slice(5, 16).replace('T', ' ') : '';

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function fill(table, head, rows, empty) {
  table.replaceChildren();
  if (rows.length === 0) { table.append(element('caption', empty, 'empty')); return; }
  const header = element('tr');
  head.forEach((name) => { const cell = element('th', name); cell.scope = 'col'; header.append(cell); });
  table.append(element('thead'));
  table.tHead.append(header);
  const body = element('tbody');
  rows.forEach((cells) => {
    const row = element('tr');
    cells.forEach((cell) => {
      const made = element('td');
      made.append(cell === null || cell === undefined ? '' : cell);
      row.append(made);
    });
    body.append(row);
  });
  table.append(body);
}

function press(text, action) {
  const button = element('button', text);
  button.type = 'button';
  button.addEventListener('click', action);
  return button;
}

class Refused extends Error {
  constructor(status, code, message) { super(message); this.status = status; this.code = code; }
}

async function ask(path, body) {
  const options = { cache: 'no-store', credentials: 'same-origin' };
  if (body !== undefined) {
    options.method = 'POST';
    options.headers = { 'Content-Type': 'application/json', 'X-Mulin-Token': me ? me.request_token : '' };
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options);
  const value = await answer.json().catch(() => ({}));
  if (answer.ok) return value;
  if (answer.status === 401 && me) signedOut(t('ended'));
  throw new Refused(answer.status, value.code || '', value.message || String(answer.status));
}

function words() {
  document.documentElement.lang = language;
  document.querySelectorAll('[data-text]').forEach((node) => { node.textContent = t(node.dataset.text); });
  document.querySelectorAll('.language').forEach((node) => { node.textContent = t('other'); });
  const district = me || hello || {};
  document.querySelectorAll('[data-district]').forEach((node) => { node.textContent = pick(district, 'district') || '睦邻 Mulin'; });
  document.title = (pick(district, 'district') || '睦邻') + ' · Mulin';
  if (hello && hello.demo) byId('demo-words').textContent = fillIn('demo', hello.demo);
  byId('demo').hidden = !(hello && hello.demo);
  if (me) byId('who').replaceChildren(element('b', me.shown), element('small', t(me.role)));
}

// Tabs

const tabsOf = { today: 'administrator settlement site_manager auditor', tills: 'administrator settlement site_manager auditor',
  exceptions: 'administrator settlement site_manager auditor', search: 'administrator settlement site_manager auditor',
  months: 'administrator settlement auditor', bills: 'administrator settlement auditor', audit: 'administrator auditor' };

function drawTabs() {
  const nav = byId('tabs');
  nav.replaceChildren();
  Object.keys(tabsOf).filter((name) => tabsOf[name].split(' ').includes(me.role)).forEach((name) => {
    const link = element('a', t('tab_' + name));
    link.href = '#' + name;
    if (name === shown) link.setAttribute('aria-current', 'page');
    nav.append(link);
  });
}

async function refresh() {
  clearTimeout(timer);
  const page = pages[shown];
  if (!me || !page) return;
  try {
    await page.show();
    byId('link').textContent = t('live');
    byId('link').className = 'pill';
  } catch (error) {
    byId('link').textContent = saidOf(error);
    byId('link').className = 'pill off';
  }
  if (page.refresh_ms && me) timer = setTimeout(refresh, page.refresh_ms);
}

function go() {
  if (!me) return;
  const wanted = location.hash.slice(1);
  shown = tabsOf[wanted] && tabsOf[wanted].split(' ').includes(me.role) ? wanted : 'today';
  Object.keys(tabsOf).forEach((name) => { byId('page-' + name).hidden = name !== shown; });
  drawTabs();
  refresh();
}

// Signing in and out

function signedIn(who) {
  me = who;
  byId('sign-in').hidden = true;
  byId('office').hidden = false;
  words();
  go();
}

function signedOut(said) {
  me = null;
  clearTimeout(timer);
  byId('office').hidden = true;
  byId('sign-in').hidden = false;
  byId('sign-in-said').textContent = said;
  byId('sign-in-password').value = '';
  Object.values(pages).forEach((page) => { if (page.forget) page.forget(); });
  words();
  byId('sign-in-name').focus();
}

function saidOf(error) {
  if (!(error instanceof Refused)) return t('lost');
  if (error.status === 401 && error.code === 'wrong_password') return t('wrong');
  if (error.status === 403 && error.code === 'wrong_password') return t('wrong_old');
  if (error.status === 400 && error.code === 'weak') return t('weak');
  if (error.status === 409) return t('meanwhile');
  if (error.status === 404) return t('no_entry');
  if (error.code === 'role') return t('no_role');
  if (error.status === 429) return t('too_many');
  if (error.status === 503) return t('busy');
  return fillIn('failed', { why: error.message });
}

byId('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  byId('sign-in-said').textContent = '';
  try {
    signedIn(await ask('/api/sign_in', { name: byId('sign-in-name').value.trim().toLowerCase(), password: byId('sign-in-password').value }));
  } catch (error) {
    byId('sign-in-said').textContent = saidOf(error);
  }
});
byId('demo-use').addEventListener('click', () => {
  byId('sign-in-name').value = hello.demo.name;
  byId('sign-in-password').value = hello.demo.password;
  byId('sign-in').querySelector('[type=submit]').focus();
});
byId('sign-out').addEventListener('click', async () => {
  try { await ask('/api/sign_out', {}); } catch (error) { /* the cookie ends by itself */ }
  signedOut('');
});
document.querySelectorAll('.language').forEach((button) => button.addEventListener('click', () => {
  language = language === 'en' ? 'zh-CN' : 'en';
  localStorage.setItem('language', language);
  words();
  if (me) { drawTabs(); pages[shown].draw(); }
}));

// Asks for a few texts in a window of its own; send(values) may refuse, which is said there.
function askFor(title, fields, send) {
  byId('ask-title').textContent = title;
  byId('ask-yes').textContent = t('ok');
  byId('ask-said').textContent = '';
  const inputs = fields.map(([label, type]) => {
    const row = element('label');
    const input = element('input');
    input.type = type;
    input.required = true;
    input.maxLength = 128;
    input.autocomplete = 'off';
    row.append(element('span', label), input);
    return [row, input];
  });
  byId('ask-fields').replaceChildren(...inputs.map((pair) => pair[0]));
  byId('ask-form').onsubmit = async (event) => {
    event.preventDefault();
    try {
      await send(inputs.map((pair) => pair[1].value));
      byId('ask').close();
    } catch (error) {
      byId('ask-said').textContent = saidOf(error);
    }
  };
  byId('ask').showModal();
}
byId('ask-no').addEventListener('click', () => byId('ask').close());
byId('open-password').addEventListener('click', () => askFor(t('password'), [[t('old_password'), 'password'], [t('new_password'), 'password']],
  async (values) => {
    await ask('/api/password', { old: values[0], new: values[1] });
    signedOut(t('password_changed'));
  }));

window.addEventListener('hashchange', go);
window.addEventListener('DOMContentLoaded', async () => {
  try { hello = await ask('/api/hello'); } catch (error) { hello = null; }
  words();
  try { signedIn(await ask('/api/me')); } catch (error) { signedOut(''); }
});
