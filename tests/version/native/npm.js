// Reads "a<TAB>b" lines, writes the relation of a to b by node-semver (loose), or "!" where one is no version.
// The argument is the folder of the package "semver".
const semver = require(process.argv[2]);

const answers = require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean).map((line) => {
  const [left, right] = line.split('\t').map((text) => semver.parse(text, { loose: true }));
  return left && right ? '<=>'[1 + semver.compare(left, right)] : '!';
});
console.log(answers.join('\n'));
