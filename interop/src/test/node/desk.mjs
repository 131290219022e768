// What the Java side lends: vera in her browser, and the operator at the command line.
export const issuer = new URL(process.env.ISSUER);
export const api = process.env.API;
export const callback = 'https://app.example/callback';
export const goodbye = 'https://app.example/goodbye';

async function ask(service, question) {
  const answer = await fetch(`${process.env.DESK}/${service}`, { method: 'POST', body: JSON.stringify(question) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

let clients = 0;

/** `handstamp client add`, with these arguments and this `--metadata`. */
export function register(args, metadata = {}) {
  return ask('client', { name: `client-${++clients}`, arguments: args, metadata });
}

/** Any other command of an operator; answers what it printed. */
export async function operator(...args) {
  return (await ask('command', { arguments: args })).printed;
}

export class Browser {
  #id = crypto.randomUUID();

  /** Vera goes there and does what she is asked for; answers what she sees then, or where she was sent. */
  visit(address) {
    return ask('browser', { browser: this.#id, address: String(address) });
  }

  /** The same, for the address alone. */
  async walk(address) {
    return new URL((await this.visit(address)).address);
  }
}
