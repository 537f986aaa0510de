// Passkeys: a button that carries what a device is asked, and the answer put into the form that it stands in. Nothing else of
// the pages needs a script; where a browser knows no passkeys, the buttons stay hidden.
(() => {
  "use strict";
  const known = window.PublicKeyCredential;
  const can = known && known.parseRequestOptionsFromJSON && known.parseCreationOptionsFromJSON && navigator.credentials;
  const ask = (button) => {
    const told = JSON.parse(button.dataset.passkey);
    return button.dataset.makes === "yes"
      ? navigator.credentials.create({ publicKey: known.parseCreationOptionsFromJSON(told) })
      : navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON(told) });
  };
  for (const button of document.querySelectorAll("button[data-passkey]")) {
    const form = button.form;
    const fault = form.querySelector("[data-passkey-fault]");
    if (!can) {
      if (button.dataset.makes) fault.textContent = "This browser knows no passkeys.";
      continue;
    }
    button.hidden = false;
    button.addEventListener("click", async (event) => {
      event.preventDefault();
      const instead = form.elements.namedItem(button.dataset.instead || "");
      if (instead) instead.required = false;
      if (!form.reportValidity()) return;
      fault.textContent = "";
      try {
        const answer = await ask(button);
        form.elements.namedItem("passkey").value = JSON.stringify(answer.toJSON());
        form.submit();
      } catch (error) {
        if (instead) instead.required = true;
        fault.textContent = "No passkey answered. Nothing was sent; try again, or use another way.";
      }
    });
  }
})();
