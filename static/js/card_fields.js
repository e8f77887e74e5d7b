/** The form's fields that a citizen card has: filled where they are empty, never overwritten. */

const NAMES = ["full_name", "personal_number", "birth_date", "sex"];

/**
 * Fill in what is empty.
 * @param {Record<string, string>} card the server's reading: the date as 1990-05-17, the sex as its code
 * @param {string} [form] where the fields are
 * @returns {{filled: CardField[], differing: {field: CardField, read: string}[]}}
 */
export function fillIn(card, form = "main form") {
  const filled = [];
  const differing = [];
  for (const name of NAMES) {
    const field = CardField.find(name, form);
    if (!field || !card[name]) continue;
    if (!field.value) {
      field.value = card[name];
      filled.push(field);
    } else if (!field.holds(card[name])) {
      differing.push({ field, read: card[name] });
    }
  }
  return { filled, differing };
}

/** A text input, a date input, a select, or a group of radio buttons. */
export class CardField {
  static find(name, form) {
    const inputs = [...document.querySelectorAll(`${form} [name="${name}"]`)].filter((one) => one.type !== "hidden");
    return inputs.length ? new CardField(name, inputs) : null;
  }

  constructor(name, inputs) {
    this.name = name;
    this.inputs = inputs;
    this.isGroup = inputs[0].type === "radio";
  }

  get value() {
    if (this.isGroup) return this.inputs.find((one) => one.checked)?.value ?? "";
    return this.inputs[0].value.trim();
  }

  set value(read) {
    if (this.isGroup) for (const one of this.inputs) one.checked = one.value === read;
    else this.inputs[0].value = this.isTypedDate ? dayFirst(read) : read;
    const changed = this.isGroup ? this.inputs.find((one) => one.checked) : this.inputs[0];
    for (const type of ["input", "change"]) changed?.dispatchEvent(new Event(type, { bubbles: true }));
  }

  /** Where there is no date picker, dates are typed with the day first. */
  get isTypedDate() {
    return this.name === "birth_date" && this.inputs[0].type !== "date";
  }

  /** Whether the field says the same, however it is spelled. */
  holds(read) {
    return plain(this.value) === plain(this.isTypedDate ? dayFirst(read) : read);
  }

  get label() {
    const group = this.inputs[0].closest("fieldset")?.querySelector("legend");
    const own = this.isGroup ? group : this.inputs[0].labels?.[0];
    return (own?.textContent ?? this.name).trim();
  }

  /** A value in the reader's words. */
  words(value) {
    if (this.name === "birth_date") return dayFirst(value);
    if (this.isGroup) return this.inputs.find((one) => one.value === value)?.labels?.[0]?.textContent.trim() ?? value;
    const options = [...(this.inputs[0].options ?? [])];
    return options.find((one) => one.value === value)?.textContent.trim() ?? value;
  }

  focus() {
    (this.inputs.find((one) => one.checked) ?? this.inputs[0]).focus();
  }
}

const dayFirst = (date) => date.replace(/^(\d{4})-(\d\d)-(\d\d)$/, "$3/$2/$1");

const plain = (typed) => typed.normalize("NFC").toLocaleLowerCase("vi").replace(/[\s.\-/()]+/g, "");
