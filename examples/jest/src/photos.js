// The code under test: it removes the photos of leads, and knows nothing of Tanzanite.

/** What became of a photo, by the code that the CRM answers. */
const OUTCOMES = { SUCCESS: "removed", INVALID_DATA: "no photo", RECORD_LOCKED: "locked" };

/**
 * Removes the photo of a lead.
 *
 * @param {{ domain: string, token: string }} crm
 *   the API domain, such as `https://www.zohoapis.com`, and an access token
 * @param {string} lead
 * @returns {Promise<"removed" | "no photo" | "locked">}
 */
export async function removePhoto({ domain, token }, lead) {
  const response = await fetch(`${domain}/crm/v8/Leads/${lead}/photo`, {
    method: "DELETE",
    headers: { Authorization: `Zoho-oauthtoken ${token}` },
  });
  const { code, message } = await response.json();
  if (!(code in OUTCOMES)) throw new Error(`${code}: ${message}`);
  return OUTCOMES[code];
}
