// One line of JSON for each test, which the Java side reads.
export default async function* reporter(events) {
  for await (const { type, data } of events) {
    if (type === 'test:stderr' || type === 'test:stdout') yield `# ${data.message}`;
    const isTest = (type === 'test:pass' || type === 'test:fail') && data.details.type !== 'suite' && !data.name.endsWith('.mjs');
    if (!isTest) continue;
    if (type === 'test:fail') yield `# ${inspect(data.details.error)}\n`;
    yield JSON.stringify({ test: data.name, failed: type === 'test:fail' || data.skip !== undefined || data.todo !== undefined }) + '\n';
  }
}

function inspect(error) {
  const cause = error.cause ?? error;
  const body = cause?.cause && !(cause.cause instanceof Response) ? ` because of ${JSON.stringify(cause.cause)}` : '';
  return `${cause?.stack ?? cause}${body}`.replaceAll('\n', '\n# ');
}
