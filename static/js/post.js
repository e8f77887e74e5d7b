/** Requests of the page to its own site. */

/**
 * Send a form. Never rejects: `code` says what went wrong, `no_answer` where nothing came back.
 * @param {string} address
 * @param {Record<string, string | Blob> | FormData} fields
 * @returns {Promise<{ok: boolean, code?: string} & Record<string, any>>}
 */
export async function post(address, fields) {
  const form = fields instanceof FormData ? fields : new FormData();
  if (form !== fields) for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.set("csrfmiddlewaretoken", token()); // and so no form is empty, which Django would refuse
  try {
    const response = await fetch(address, { method: "POST", body: form });
    const answer = await response.json();
    return { ...answer, ok: response.ok };
  } catch {
    return { ok: false, code: "no_answer" };
  }
}

const inputs = () => document.querySelectorAll("input[name=csrfmiddlewaretoken]");

function token() {
  return inputs()[0]?.value ?? "";
}

/** Another officer has logged in on this page: every form of it needs the new token. */
export function takeToken(fresh) {
  for (const input of inputs()) input.value = fresh;
}
