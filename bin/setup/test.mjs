// All checks, all tests, and one last line that a machine can read: `N passed, N failed, N skipped`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { npmEnvironment, root, run, runQuietly, say } from './child.mjs';
import { debianPackages, laterPythons } from './debian.mjs';

const LAB = join(root, 'test/lab/lab');

export async function test(args, built) {
  await debianPackages();
  const later = await laterPythons();
  const labsBefore = await labs();
  const checked = await run('npm', ['run', '--silent', 'check'], { env: npmEnvironment() });

  // The tests on labs wait for services most of the time: the others run meanwhile.
  const runs =
    args.length > 0
      ? [args]
      : [
          ['--project', 'lab'],
          ['--project', 'later'],
          ['--project', 'unit'],
        ];
  const done = await Promise.all(runs.map((each) => vitest(each)));
  const counts = {
    passed: done.reduce((sum, one) => sum + one.passed, 0),
    failed: done.flatMap((one) => one.failed),
    skipped: done.flatMap((one) => one.skipped),
  };
  if (!later) counts.skipped.push('all tests on the Pythons of later Debians');

  // A lab that was up before belongs to someone; one that the tests have started does not stay.
  for (const lab of await labs()) if (!labsBefore.includes(lab)) await run(LAB, ['down', '--name', lab]);

  let failed = counts.failed.length > 0;
  for (const { status, failed: some } of done) {
    failed ||= status !== 0;
    if (status !== 0 && some.length === 0) say(`vitest ended with status ${status}, though no test failed`);
  }
  if (!built) say('the build failed, see above');
  if (checked !== 0) say(`npm run check failed with status ${checked}, see above`);
  if (counts.failed.length > 0) say('failed:');
  for (const { name, why } of counts.failed) console.error(`  ${name}${why.map((line) => `\n      ${line}`).join('')}`);
  if (counts.skipped.length > 0) {
    const ci = Boolean(process.env.CI) && process.env.CI !== 'false';
    say(ci ? 'skipped, which CI does not accept:' : 'skipped:');
    for (const name of counts.skipped) console.error(`  ${name}`);
    failed ||= ci;
  }
  console.log(`${counts.passed} passed, ${counts.failed.length} failed, ${counts.skipped.length} skipped`);
  return failed || !built || checked !== 0 ? 1 : 0;
}

/** Its exit status, and what its report counts. */
async function vitest(args) {
  const scratch = mkdtempSync(join(tmpdir(), 'profkit-test-'));
  const report = join(scratch, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  let guard;
  const started = (child) => {
    guard = endAfter(report, child);
  };
  const program = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args];
  const status = await run(process.env.PROFKIT_SETUP_NODE, program, { started });
  clearInterval(guard);
  const counts = read(report);
  rmSync(scratch, { recursive: true });
  return { status, ...counts };
}

/** A process that a test left behind can keep vitest from ending after its report: that is a failure, and no reason to wait. */
function endAfter(report, child) {
  let since;
  return setInterval(() => {
    if (existsSync(report)) since ??= Date.now();
    if (since === undefined || Date.now() - since < 60_000) return;
    say('vitest does not end a minute after its report: a test has left something running');
    child.kill('SIGKILL');
  }, 1000);
}

async function labs() {
  if (process.platform !== 'linux') return [];
  const { output } = await runQuietly(LAB, ['list']);
  return [...output.matchAll(/^([\w-]+): up/gm)].map((match) => match[1]);
}

function read(report) {
  const counts = { passed: 0, failed: [], skipped: [] };
  let files;
  try {
    files = JSON.parse(readFileSync(report, 'utf8')).testResults;
  } catch {
    say('vitest wrote no report');
    return { ...counts, failed: [{ name: 'vitest itself', why: [] }] };
  }
  for (const file of files) {
    const path = relative(root, file.name);
    const failedBefore = counts.failed.length;
    for (const one of file.assertionResults) {
      if (one.status === 'passed') counts.passed += 1;
      else {
        const name = `${path}: ${one.fullName.trim()}`;
        if (one.status === 'failed') counts.failed.push({ name, why: inShort(one.failureMessages.join('\n')) });
        else counts.skipped.push(name);
      }
    }
    // A file that could not be loaded, or whose preparation failed, has no failed test: it counts as one.
    if (file.status === 'failed' && counts.failed.length === failedBefore)
      counts.failed.push({ name: path, why: inShort(file.message ?? '') });
  }
  return counts;
}

/** The report above it may be cut from a log that keeps only its end: what was wrong, and where in the test. */
function inShort(message) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  const lines = message.replaceAll(/\x1b\[[\d;]*m/g, '').split('\n');
  const [said, where] = [
    lines.filter((line) => !/^ +at /.test(line)),
    lines.filter((line) => /^ +at .*\/test\//.test(line)),
  ];
  return [...said.filter(Boolean).slice(0, 6), ...where.slice(0, 2).map((line) => line.trim())].map((line) =>
    line.slice(0, 300),
  );
}
