/** Rounds one number after the other so that their sum stays that of the exact ones: what one loses the next gains. */
export function wholeNumbers(): (exact: number) => number {
  let [sum, given] = [0, 0];
  return (exact) => {
    sum += exact;
    const whole = Math.round(sum) - given;
    given += whole;
    return whole;
  };
}
