/** The button that starts and ends a call, for what moves the focus to it. */
export function mainButton(root: ParentNode | null | undefined): HTMLElement | null | undefined {
  return root?.querySelector<HTMLElement>(
    '.controls > :is([part$=start-button], [part$=end-button])',
  );
}
