// Keys, the palette of search, and lists that follow their filters. Every page works without this file.
(() => {
  'use strict'
  const find = id => document.getElementById(id)
  const stored = {
    get single() { try { return localStorage.getItem('jianfu-keys') !== 'off' } catch { return true } },
    set single(on) { try { localStorage.setItem('jianfu-keys', on ? 'on' : 'off') } catch { /* kept for this page only */ } }
  }

  const open = id => {
    const dialog = find(id)
    if (!dialog || dialog.open) return
    document.querySelectorAll('dialog[open]').forEach(d => d.close())
    dialog.showModal()
    const input = dialog.querySelector('input[type=search]')
    if (input) input.select()
  }

  // What j and k go through: the main link of each row of a list, each sentence, each hit.
  const places = () => [...document.querySelectorAll('main .list tbody tr, main .lines a.sentence, main .hits li > a')]
    .map(e => e.matches('tr') ? e.querySelector('td.main a') || e.querySelector('td a') : e)
    .filter(a => a && a.offsetParent)
  const step = (list, by) => {
    if (!list.length) return
    const here = document.activeElement
    let at = list.indexOf(here)
    if (at < 0 && here) at = list.findIndex(a => a.closest('tr') && a.closest('tr') === here.closest('tr'))
    const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(list.length - 1, Math.max(0, at + by))]
    next.focus()
    next.scrollIntoView({ block: 'nearest' })
  }

  document.addEventListener('keydown', e => {
    if (e.isComposing) return
    if ((e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && e.key.toLowerCase() === 'k' && find('palette')) {
      e.preventDefault()
      open('palette')
      return
    }
    const palette = find('palette')
    if (palette && palette.open && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
      e.preventDefault()
      const hits = [...palette.querySelectorAll('.hits li > a')]
      if (e.key === 'ArrowUp' && document.activeElement === hits[0]) find('palette-q').focus()
      else step(hits, e.key === 'ArrowDown' ? 1 : -1)
      return
    }
    const typing = e.target.closest && e.target.closest('input, select, textarea, [contenteditable]')
    if (typing || e.ctrlKey || e.metaKey || e.altKey || !stored.single || document.querySelector('dialog[open]')) return
    if (e.key === 'j') step(places(), 1)
    else if (e.key === 'k') step(places(), -1)
    else if (e.key === '/') open('palette')
    else if (e.key === '?') open('keys')
    else return
    e.preventDefault()
  })

  document.addEventListener('click', e => {
    const opener = e.target.closest && e.target.closest('[data-opens]')
    if (opener && find(opener.dataset.opens) && !e.ctrlKey && !e.metaKey && !e.shiftKey) {
      e.preventDefault()
      open(opener.dataset.opens)
    } else if (e.target instanceof HTMLDialogElement) {
      e.target.close() // beside the dialog
    }
    // A menu closes when something else is taken up.
    document.querySelectorAll('details.account[open], details.drawer[open], details.columns[open], .help[open]').forEach(d => {
      if (!d.contains(e.target)) d.open = false
    })
  })
  document.addEventListener('keyup', e => {
    if (e.key !== 'Escape') return
    document.querySelectorAll('details.account[open], details.drawer[open], details.columns[open], .help[open]').forEach(d => {
      d.open = false
      if (d.contains(document.activeElement)) d.querySelector('summary').focus()
    })
  })

  const single = find('keys-on')
  if (single) {
    single.checked = stored.single
    single.addEventListener('change', () => { stored.single = single.checked })
  }

  // A list follows its filters: only the page's content is fetched anew, and the address says what is shown.
  const follow = root => {
    if (!window.htmx) return
    root.querySelectorAll('main form.filters[method=get]').forEach(form => {
      if (form.hasAttribute('hx-get')) return
      const marks = { get: form.getAttribute('action'), target: '#main', select: '#main', swap: 'outerHTML', 'push-url': 'true', trigger: 'submit, change', sync: 'this:replace' }
      for (const [name, value] of Object.entries(marks)) form.setAttribute('hx-' + name, value)
      window.htmx.process(form)
    })
  }
  follow(document)
  document.addEventListener('htmx:afterSettle', () => follow(document))
  // Empty controls stay out of the address, which people share.
  document.addEventListener('htmx:configRequest', e => {
    if (!e.target.matches('form.filters')) return
    for (const [name, value] of [...e.detail.formData.entries()]) if (value === '') e.detail.formData.delete(name)
  })
})()
