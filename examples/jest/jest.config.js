// Jest loads ES modules only if Node is started with --experimental-vm-modules: package.json does so.
// Nothing has to be translated for it then.
export default { transform: {} };
