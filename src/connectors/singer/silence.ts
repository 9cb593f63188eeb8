/** Calls `onSilence` once when the tap has written nothing for the time given while the reader was waiting for it. */
export function watchSilence(timeoutMs: number, onSilence: () => void) {
  let isSilent = false;
  let isReading = false;
  const alarm = setTimeout(() => {
    // While the reader has work to do, it is we who are silent.
    if (isReading) return void alarm.refresh();
    isSilent = true;
    onSilence();
  }, timeoutMs);

  return {
    isSilent: (): boolean => isSilent,
    /** The tap has written something. */
    refresh: (): void => void alarm.refresh(),
    /** The reader has something to read, and the tap may be silent until it waits again. */
    startReading(): void {
      isReading = true;
    },
    startWaiting(): void {
      isReading = false;
      alarm.refresh();
    },
    end: (): void => clearTimeout(alarm),
  };
}
