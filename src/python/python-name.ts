/** What an interpreter's file is called. */
export const PYTHON_NAME = /^((platform-)?python|pypy)[\d.]*$/;
