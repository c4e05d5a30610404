// What the tests ask of JupyterLab beside keys and clicks: open a notebook, and know when the kernel has done its work.
() => {
  const lab = window.jupyterapp;
  const current = () => lab.shell.currentWidget;
  window.driver = {
    async open(path) {
      const widget = await lab.commands.execute('docmanager:open', { path, factory: 'Notebook' });
      await widget.context.ready;
      await widget.context.sessionContext.ready;
      const kernel = widget.context.sessionContext.session.kernel;
      await kernel.info;
      const seen = { asked: [], replied: new Set(), idle: new Set(), completed: 0, offered: 0 };
      kernel.anyMessage.connect((_, { msg, direction }) => {
        const { msg_type: type, msg_id: id } = msg.header;
        const parent = msg.parent_header.msg_id;
        if (direction === 'send') {
          if (type === 'execute_request') seen.asked.push({ id, cell: msg.metadata.cellId });
        } else if (type === 'execute_reply') seen.replied.add(parent);
        else if (type === 'complete_reply') {
          seen.completed += 1;
          seen.offered = msg.content.matches.length;
        }
        else if (type === 'status' && msg.content.execution_state === 'idle') seen.idle.add(parent);
      });
      widget.seen = seen;
      lab.shell.activateById(widget.id);
    },
    // Cells asked for so far, and how many of them have ended with all their outputs.
    asked: () => current().seen.asked.map(one => one.cell),
    ended: () => current().seen.asked.filter(({ id }) => current().seen.replied.has(id) && current().seen.idle.has(id)).length,
    completed: () => current().seen.completed,
    offered: () => current().seen.offered,
    ids: () => current().content.widgets.map(cell => cell.model.id),
    source: at => current().content.widgets[at].model.sharedModel.getSource(),
    rewrite: (at, text) => current().content.widgets[at].model.sharedModel.setSource(text),
    command: (id, args) => lab.commands.execute(id, args).then(() => null),
    // A restarted kernel answers, and what was asked before it counts as ended.
    async restarted() {
      const { kernel } = current().context.sessionContext.session;
      const deadline = Date.now() + 25000;
      while (kernel.status !== 'idle' && Date.now() < deadline) await new Promise(done => setTimeout(done, 50));
      await kernel.requestKernelInfo();
    },
    async save() {
      await current().context.save();
    },
    async close() {
      const widget = current();
      await widget.context.sessionContext.shutdown();
      widget.context.model.dirty = false;
      widget.close();
    },
  };
}
