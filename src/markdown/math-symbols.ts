// Commands of LaTeX that are one sign, or a word, in plain text. Data.

const pairs = (text: string): Record<string, string> =>
  Object.fromEntries(text.split(/\s+/).map((pair) => pair.split(':') as [string, string]));

/** Letters and signs that stand where they are. */
export const letters: Readonly<Record<string, string>> = pairs(
  'alpha:α beta:β gamma:γ delta:δ epsilon:ε varepsilon:ε zeta:ζ eta:η theta:θ vartheta:ϑ iota:ι kappa:κ lambda:λ mu:μ ' +
    'nu:ν xi:ξ omicron:ο pi:π varpi:ϖ rho:ρ varrho:ϱ sigma:σ varsigma:ς tau:τ upsilon:υ phi:φ varphi:φ chi:χ psi:ψ ' +
    'omega:ω Gamma:Γ Delta:Δ Theta:Θ Lambda:Λ Xi:Ξ Pi:Π Sigma:Σ Upsilon:Υ Phi:Φ Psi:Ψ Omega:Ω infty:∞ partial:∂ ' +
    'nabla:∇ forall:∀ exists:∃ nexists:∄ emptyset:∅ varnothing:∅ hbar:ℏ ell:ℓ Re:ℜ Im:ℑ aleph:ℵ wp:℘ sum:∑ prod:∏ ' +
    'coprod:∐ int:∫ iint:∬ iiint:∭ oint:∮ angle:∠ degree:° circ:∘ bullet:• star:⋆ prime:′ dagger:† ddagger:‡ neg:¬ ' +
    'lnot:¬ top:⊤ bot:⊥ triangle:△ square:□ blacksquare:■ qed:∎ checkmark:✓ langle:⟨ rangle:⟩ lfloor:⌊ rfloor:⌋ ' +
    'lceil:⌈ rceil:⌉ lbrace:{ rbrace:} vert:| Vert:‖ backslash:\\ S:§ P:¶ dots:… ldots:… cdots:⋯ vdots:⋮ ddots:⋱ ' +
    'bigcup:⋃ bigcap:⋂ bigoplus:⨁ bigotimes:⨂ bigvee:⋁ bigwedge:⋀ imath:ı jmath:ȷ',
);

/** Signs before a term: a space stands in front of them. */
export const bigOperators: ReadonlySet<string> = new Set(
  'sum prod coprod int iint iiint oint bigcup bigcap bigoplus bigotimes bigvee bigwedge'.split(' '),
);

/** Signs between two terms: a space stands on either side. */
export const operators: Readonly<Record<string, string>> = pairs(
  'times:× cdot:· div:÷ pm:± mp:∓ ast:∗ leq:≤ le:≤ geq:≥ ge:≥ neq:≠ ne:≠ approx:≈ equiv:≡ sim:∼ simeq:≃ cong:≅ ' +
    'propto:∝ ll:≪ gg:≫ prec:≺ succ:≻ in:∈ notin:∉ ni:∋ subset:⊂ supset:⊃ subseteq:⊆ supseteq:⊇ subsetneq:⊊ cup:∪ ' +
    'cap:∩ setminus:∖ wedge:∧ land:∧ vee:∨ lor:∨ oplus:⊕ otimes:⊗ odot:⊙ to:→ rightarrow:→ leftarrow:← gets:← ' +
    'leftrightarrow:↔ Rightarrow:⇒ Leftarrow:⇐ Leftrightarrow:⇔ implies:⟹ impliedby:⟸ iff:⟺ mapsto:↦ ' +
    'longrightarrow:⟶ longleftarrow:⟵ Longrightarrow:⟹ uparrow:↑ downarrow:↓ hookrightarrow:↪ mid:∣ nmid:∤ ' +
    'parallel:∥ perp:⟂ models:⊨ vdash:⊢ dashv:⊣ doteq:≐ lesssim:≲ gtrsim:≳ colon:: bowtie:⋈ rightleftharpoons:⇌ ' +
    'triangleq:≜ coloneqq:≔',
);

/** Names of functions: they are their own text. */
export const functions: ReadonlySet<string> = new Set(
  (
    'sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp lim limsup liminf max min sup inf arg ' +
    'argmax argmin det dim ker deg gcd lcm Pr mod hom tr rank sgn'
  ).split(' '),
);

/** What is laid out, not said. */
export const silent: ReadonlySet<string> = new Set(
  (
    'left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr limits nolimits displaystyle textstyle ' +
    'scriptstyle nonumber notag'
  ).split(' '),
);

/** White space (a wide space for what stays wide), and escaped signs. */
export const spacing: Readonly<Record<string, string>> = {
  ',': ' ',
  ';': ' ',
  ':': ' ',
  ' ': ' ',
  '!': '',
  quad: '\u2003',
  qquad: '\u2003\u2003',
  '{': '{',
  '}': '}',
  '%': '%',
  $: '$',
  '#': '#',
  '&': '&',
  _: '_',
  '|': '‖',
};

/** Signs put over a letter: as marks that join it. */
export const accents: Readonly<Record<string, string>> = {
  hat: '\u0302',
  widehat: '\u0302',
  tilde: '\u0303',
  widetilde: '\u0303',
  bar: '\u0304',
  overline: '\u0304',
  dot: '\u0307',
  ddot: '\u0308',
  vec: '\u20d7',
};

/** Alphabets with letters of their own: of double-struck and script capitals those in use. */
export const alphabets: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  mathbb: pairs('R:ℝ N:ℕ Z:ℤ Q:ℚ C:ℂ P:ℙ H:ℍ E:𝔼 F:𝔽 1:𝟙'),
  mathcal: pairs('L:ℒ H:ℋ F:ℱ B:ℬ E:ℰ I:ℐ M:ℳ R:ℛ'),
};

const inOrder = (from: string, to: string): Map<string, string> => {
  const raised = [...to];
  return new Map([...from].map((character, index) => [character, raised[index] ?? '']));
};

export const superscripts: ReadonlyMap<string, string> = inOrder(
  "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδθφχ'′*∘",
  '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᶿᵠᵡ′′*°',
);

export const subscripts: ReadonlyMap<string, string> = inOrder(
  '0123456789+-=()aehijklmnoprstuvxβγρφχ',
  '₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ',
);

/** What stands around the rows of an environment. */
export const environments: Readonly<Record<string, readonly [open: string, close: string]>> = {
  pmatrix: ['(', ')'],
  bmatrix: ['[', ']'],
  Bmatrix: ['{', '}'],
  vmatrix: ['|', '|'],
  Vmatrix: ['‖', '‖'],
  cases: ['{ ', ''],
};
