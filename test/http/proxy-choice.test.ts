import { describe, expect, it } from 'vitest';
import { configuredProxy, parseProxy, proxyFromEnv, proxyToken } from '../../src/http/proxy-choice.ts';

const proxy = 'http://proxy.example:3128';

describe('the proxy of a URL', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['https://api.example', { HTTPS_PROXY: proxy }, 'HTTPS_PROXY'],
    ['https://api.example', { https_proxy: proxy, HTTPS_PROXY: 'http://other' }, 'https_proxy'],
    ['https://api.example', { https_proxy: '', HTTPS_PROXY: proxy }, 'HTTPS_PROXY'],
    ['https://api.example', { HTTP_PROXY: proxy }, undefined],
    ['https://api.example', { ALL_PROXY: proxy }, 'ALL_PROXY'],
    ['http://api.example', { HTTP_PROXY: proxy }, 'HTTP_PROXY'],
    ['http://api.example', { HTTPS_PROXY: proxy }, undefined],
    ['http://api.example', {}, undefined],
    ['http://localhost.example', { HTTP_PROXY: proxy }, 'HTTP_PROXY'],
    ['http://126.255.255.255', { HTTP_PROXY: proxy }, 'HTTP_PROXY'],
  ])('%s with %o comes from %s', (url, env, source) => {
    expect(proxyFromEnv(url, env)?.source).toBe(source);
  });

  it('is completed with http:// when it has no scheme', () => {
    expect(proxyFromEnv('https://a.example', { HTTPS_PROXY: 'proxy.example:3128' })?.url).toBe(proxy);
    expect(proxyFromEnv('https://a.example', { HTTPS_PROXY: 'https://p.example' })?.url).toBe(
      'https://p.example',
    );
  });
});

it('a variable in quotes, as files of variables keep it, is read without them', () => {
  expect(proxyFromEnv('https://h.example', { HTTPS_PROXY: '"http://p.example:1"' })).toEqual({
    url: 'http://p.example:1',
    source: 'HTTPS_PROXY',
  });
});

describe('this machine', () => {
  it.each([
    'http://localhost:8080',
    'https://LOCALHOST',
    'http://localhost.:8080',
    'http://api.localhost',
    'http://127.0.0.1:8080',
    'http://127.9.9.9',
    'http://2130706433',
    'http://[::1]:8080',
    'http://[::ffff:127.0.0.1]',
  ])('is reached without a proxy of the environment: %s', (url) => {
    const env = { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, ALL_PROXY: proxy };
    expect(proxyFromEnv(url, env)).toBeUndefined();
    expect(configuredProxy(url, env)?.url).toBe(proxy);
  });
});

describe('NO_PROXY', () => {
  it.each<[string, string, boolean]>([
    ['api.example', 'https://api.example', true],
    ['API.example', 'https://api.EXAMPLE', true],
    ['example', 'https://api.example', true],
    ['.example', 'https://api.example', true],
    ['*.example', 'https://api.example', true],
    ['api.example', 'https://notapi.example', false],
    ['ample', 'https://api.example', false],
    ['localhost,api.example', 'https://api.example', true],
    ['localhost api.example', 'https://api.example', true],
    [' localhost , api.example ', 'https://localhost', true],
    ['*', 'https://anything.example', true],
    ['api.example:443', 'https://api.example', true],
    ['api.example:8443', 'https://api.example', false],
    ['api.example:80', 'http://api.example', true],
    ['10.0.0.1', 'http://10.0.0.1:8080', true],
    ['fd00::1', 'http://[fd00::1]:8080', true],
    ['fd00:0:0::1', 'http://[fd00::1]:8080', true],
    ['[fd00::1]', 'http://[fd00::1]:8080', true],
    ['[fd00::1]:8080', 'http://[fd00::1]:8080', true],
    ['[fd00::1]:9090', 'http://[fd00::1]:8080', false],
    ['10.0.0.0/8', 'http://10.200.1.2', true],
    ['localhost, 192.168.0.0/16', 'https://192.168.7.1:8443', true],
    ['10.0.0.0/8', 'http://11.0.0.1', false],
    ['10.0.0.7/8', 'http://10.200.1.2', true],
    ['10.1.2.3/32', 'http://10.1.2.3', true],
    ['10.1.2.3/31', 'http://10.1.2.4', false],
    ['0.0.0.0/0', 'http://8.8.8.8', true],
    ['0.0.0.0/0', 'https://api.example', false],
    ['10.0.0.0/33', 'http://10.0.0.1', false],
    ['10.0.0.0/', 'http://10.0.0.1', false],
    ['fd00::/8', 'http://[fd12:3456::1]', true],
    ['[fd00::]/8', 'http://[fd12:3456::1]', true],
    ['fd00::/8', 'http://[fe80::1]', false],
    ['fd00::/129', 'http://[fd00::1]', false],
    ['api.example/8', 'https://api.example', false],
    ['10.0.0.0/8', 'http://[::ffff:10.0.0.1]', true],
    ['', 'https://api.example', false],
  ])('%o leaves %s out: %s', (noProxy, url, isLeftOut) => {
    const env = { HTTPS_PROXY: proxy, HTTP_PROXY: proxy };
    expect(proxyFromEnv(url, { ...env, NO_PROXY: noProxy }) === undefined).toBe(isLeftOut);
    expect(proxyFromEnv(url, { ...env, no_proxy: noProxy }) === undefined).toBe(isLeftOut);
  });
});

describe('a proxy as a URL', () => {
  it.each([
    ['proxy.example:3128', 'http://proxy.example:3128/'],
    ['http://proxy.example:3128', 'http://proxy.example:3128/'],
    ['https://proxy.example', 'https://proxy.example/'],
    ['socks5://proxy.example:1080', 'socks5://proxy.example:1080'],
    ['"http://proxy.example:3128"', 'http://proxy.example:3128/'],
    ['“http://proxy.example:3128”', 'http://proxy.example:3128/'],
  ])('%s is %s', (proxy, url) => {
    expect(parseProxy(proxy).href).toBe(url);
  });

  it.each([
    'http://',
    'http:/proxy.example:3128',
    'https//proxy.example:3128',
    'http://user:secret@proxy.example/proxy.pac',
    'http://proxy.example:3128?x=1',
    'ftp://proxy.example',
    'socks4://proxy.example',
    'proxy.example:99999',
    '"http://proxy.example',
  ])('%s is none, which is said without quoting it', (proxy) => {
    const message = 'The proxy from HTTPS_PROXY is not a URL that can be used.';
    expect(() => parseProxy(proxy, 'HTTPS_PROXY')).toThrow(
      expect.objectContaining({ kind: 'config', message }),
    );
  });

  it.each([
    ['http://user:pa%20ss@h', 'user:pa ss'],
    ['http://user@h', 'user:'],
    ['http://user:100%@h', 'user:100%'],
  ])('%s is shown its user name and password', (proxy, credentials) => {
    const token = Buffer.from(credentials).toString('base64');
    expect(proxyToken(parseProxy(proxy))).toEqual({ token: `Basic ${token}` });
  });

  it('without a user name is shown nothing', () => {
    expect(proxyToken(parseProxy('http://h:1'))).toEqual({});
  });
});
