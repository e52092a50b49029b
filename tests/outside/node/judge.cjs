// The gateways' published packages as the other side: they judge our adapter's request, pay at our
// simulated gateway with their own client, and judge its answers. Reads the probe's line, prints "agreed".
'use strict';
const fs = require('fs');
const path = require('path');
const assert = require('assert');

const probe = JSON.parse(process.argv[2]);
const kind = process.argv[3];
const settings = probe.settings;
const read = (key) => fs.readFileSync(settings[key], 'utf8');
const packages = path.join(process.cwd(), 'node_modules');
const outside = '01K7QC3M5VOUTSIDE000000001';

async function alipay() {
  const { AlipaySdk } = require('alipay-sdk');
  const { sign } = require(path.join(packages, 'alipay-sdk/dist/commonjs/util.js'));
  const sdk = new AlipaySdk({
    appId: settings.app_id, privateKey: read('app_key_file').replace(/-----[A-Z ]+-----|\s/g, ''), keyType: 'PKCS8',
    alipayPublicKey: read('alipay_key_file').replace(/-----[A-Z ]+-----|\s/g, ''), gateway: settings.address,
  });
  const ours = Object.fromEntries(new URLSearchParams(probe.request.body));
  const theirs = sign('alipay.trade.pay', { timestamp: ours.timestamp, format: 'JSON', bizContent: JSON.parse(ours.biz_content) }, sdk.config);
  assert.strictEqual(ours.sign, theirs.sign, 'our request is signed as the package signs it');
  const result = await sdk.exec('alipay.trade.pay', {
    format: 'JSON',
    bizContent: { out_trade_no: outside, scene: 'bar_code', auth_code: probe.code, subject: '长者午餐', total_amount: '12.34' },
  }, { validateSign: true });
  assert.strictEqual(result.code, '10000');
  assert.strictEqual(result.totalAmount, '12.34');
}

async function wechatV3() {
  const { Wechatpay, Formatter, Rsa } = require('wechatpay-axios-plugin');
  const platform = Rsa.from(read('platform_key_file'), Rsa.KEY_TYPE_PUBLIC);
  const merchant = Rsa.from(read('merchant_key_file'), Rsa.KEY_TYPE_PRIVATE);
  const part = Object.fromEntries([...probe.request.headers.Authorization.matchAll(/(\w+)="([^"]*)"/g)].map((m) => [m[1], m[2]]));
  const url = new URL(probe.request.url);
  const message = Formatter.request(probe.request.method, url.pathname + url.search, part.timestamp, part.nonce_str, probe.request.body);
  assert.strictEqual(part.signature, Rsa.sign(message, merchant), 'our request is signed as the package signs it');
  const theirs = Formatter.authorization(part.mchid, part.nonce_str, part.signature, part.timestamp, part.serial_no);
  const sorted = (header) => header.replace(/^WECHATPAY2-SHA256-RSA2048 /, '').split(',').sort();
  assert.deepStrictEqual(sorted(probe.request.headers.Authorization), sorted(theirs));
  const client = new Wechatpay({
    mchid: settings.merchant_id, serial: settings.merchant_serial, privateKey: merchant,
    certs: { [settings.platform_serial]: platform }, baseURL: settings.address,
  });
  const { data } = await client.v3.pay.transactions.codepay.post({
    appid: settings.app_id, mchid: settings.merchant_id, description: '长者午餐', out_trade_no: outside,
    payer: { auth_code: probe.code }, amount: { total: 1234, currency: 'CNY' }, scene_info: { store_info: { out_id: 'S001' } },
  });
  assert.strictEqual(data.trade_state, 'SUCCESS');
  assert.strictEqual(data.amount.total, 1234);
}

async function wechatV2(type) {
  const { Wechatpay, Hash, Transformer } = require('wechatpay-axios-plugin');
  const secret = read('api_key_file').trim();
  const unused = require('crypto').generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ours = Transformer.toObject(probe.request.body);
  assert.strictEqual(ours.sign, Hash.sign(type, { ...ours }, secret), 'our request is signed as the package signs it');
  const client = new Wechatpay({
    mchid: settings.merchant_id, secret, baseURL: settings.address,
    serial: 'unused', privateKey: unused.privateKey, certs: { other: unused.publicKey },  // the newer protocol's, which it insists on
    merchant: { cert: read('certificate_file'), key: read('certificate_key_file') },
  });
  const { data } = await client.v2.pay.micropay.post({
    appid: settings.app_id, mch_id: settings.merchant_id, body: '长者午餐', out_trade_no: outside, total_fee: 1234,
    spbill_create_ip: '127.0.0.1', auth_code: probe.code, sign_type: type, nonce_str: 'outside0000000000000000000000001',
  });
  assert.strictEqual(data.result_code, 'SUCCESS');
  assert.strictEqual(data.sign, Hash.sign(type, { ...data }, secret), 'the answer is signed as the package signs it');
}

const judges = {
  alipay, wechat_v3: wechatV3, wechat_v2: () => wechatV2('HMAC-SHA256'), wechat_md5: () => wechatV2('MD5'),
};
judges[kind]().then(() => console.log('agreed'), (error) => {
  console.error(error);
  process.exit(1);
});
