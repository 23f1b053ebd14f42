// Math as text: the LaTeX that answers contain.
import { expect, it } from 'vitest';
import { mathText } from '../../src/markdown/math-text.ts';

it.each([
  ['a^2 + b^2 = c^2', 'a² + b² = c²'],
  ['x_i^{n+1}', 'xᵢⁿ⁺¹'],
  ['\\frac{a}{b}', 'a/b'],
  ['\\frac{1}{n-1}', '1/(n-1)'],
  ['\\frac{\\sqrt{\\pi}}{2}', '√π/2'],
  ['\\sqrt{x+1}', '√(x+1)'],
  ['\\sqrt[3]{x}', '∛x'],
  ['\\sqrt[n]{x}', 'ⁿ√x'],
  ['\\alpha x + \\Omega', 'αx + Ω'],
  ['2\\pi r', '2πr'],
  ['a\\times b \\leq c', 'a × b ≤ c'],
  ['n \\to \\infty', 'n → ∞'],
  ['\\sum_{i=1}^{n} x_i', '∑ᵢ₌₁ⁿ xᵢ'],
  ['\\int_0^\\infty e^{-x^2}\\,dx', '∫₀^∞ e^(-x²) dx'],
  ['\\lim_{x \\to 0} \\sin x', 'lim_(x → 0) sin x'],
  ['\\bar{x} + \\hat{y}', 'x\u0304 + \u0177'],
  ['x \\in \\mathbb{R}^n', 'x ∈ ℝⁿ'],
  ['\\left(\\frac{a}{b}\\right)^2', '(a/b)²'],
  ['f(x) = x \\text{ if } x > 0', 'f(x) = x if x > 0'],
  ['O(n \\log n)', 'O(n log n)'],
  ['\\frac{1}{n}\\sum x', '1/n ∑x'],
  ['90^\\circ', '90°'],
  ["f'(x)", 'f′(x)'],
  ['\\begin{aligned}', ''],
  ['a &= b + c \\\\', 'a = b + c'],
  ['A = \\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}', 'A = (1 2; 3 4)'],
  ['\\begin{bmatrix}1&2\\\\[4pt]3&4\\\\\\end{bmatrix}^T', '[1 2; 3 4]ᵀ'],
  [
    '|x| = \\begin{cases} x & \\text{if } x > 0 \\\\ -x & \\text{otherwise} \\end{cases}',
    '|x| = { x if x > 0; -x otherwise',
  ],
  ['\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}', 'a = b; c = d'],
  ['\\begin{array}{cc} a & b \\end{array}', 'a b'],
  ['\\begin{pmatrix}', ''],
  ['3 & 4 \\end{pmatrix}', '3 4'],
  ['\\binom{n}{k}', 'C(n, k)'],
  ['\\{a, b\\} \\cup \\emptyset', '{a, b} ∪ ∅'],
  ['x \\not= y', 'x ≠ y'],
  ['\\mathrm{d}x', 'dx'],
  ['a \\, b \\quad c', 'a b  c'],
  // What is not known stays.
  ['\\foo{x}{y} + 1', '\\foo{x}{y} + 1'],
  ['\\overline{AB}', '\\overline{AB}'],
  ['\\constructor', '\\constructor'],
  ['x^q', 'x^q'],
  ['x_{max}', 'xₘₐₓ'],
  ['x_{min,0}', 'x_(min,0)'],
  ['{{{', ''],
  ['\\', '\\'],
])('%s', (source, text) => {
  expect(mathText(source)).toBe(text);
});

it('takes any nesting', () => {
  expect(() => mathText('\\frac{'.repeat(10_000))).not.toThrow();
  expect(() => mathText('^'.repeat(10_000))).not.toThrow();
  expect(() => mathText('{^'.repeat(10_000))).not.toThrow();
  expect(() => mathText(`${'\\begin{cases}'.repeat(10_000)}\\end{cases}`)).not.toThrow();
});
