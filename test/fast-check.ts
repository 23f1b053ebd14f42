// fast-check with the same seed in every run: what fails once fails again, and a change never fails for a
// case that was there before it. To look for new cases: FAST_CHECK_SEED=$RANDOM npm test
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 1) });

export default fc;
