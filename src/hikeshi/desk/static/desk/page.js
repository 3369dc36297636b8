// Conveniences only: every page works without this file.
(() => {
  'use strict'
  const root = document.documentElement
  root.classList.add('scripted')

  // Copy buttons: data-copy names the element whose text is taken.
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]')
    if (!button) return
    const source = document.getElementById(button.dataset.copy)
    const text = 'value' in source ? source.value : source.innerText
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      const range = document.createRange() // no permission: mark the text, so that Ctrl+C takes it
      range.selectNodeContents(source)
      getSelection().removeAllRanges()
      getSelection().addRange(range)
      return
    }
    const words = button.querySelector('span')
    const before = words.textContent
    words.textContent = button.dataset.copied
    setTimeout(() => { words.textContent = before }, 3000)
  })

  // Minutes since a moment, said once a minute: <span data-since="2026-11-06T14:03:00+09:00" data-words="{n}分前">
  const tick = () => document.querySelectorAll('[data-since]').forEach((element) => {
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(element.dataset.since)) / 60000))
    element.textContent = element.dataset.words.replace('{n}', minutes)
  })
  tick()
  setInterval(tick, 60000)

  // A button pressed twice by a trembling hand sends once.
  document.addEventListener('submit', (event) => {
    const form = event.target
    if (Date.now() - Number(form.dataset.sent || 0) < 3000) event.preventDefault()
    else form.dataset.sent = Date.now()
  })

  // What was typed but not yet recorded stays in this tab until the server said that it has it.
  const saved = document.querySelector('[data-message="success"]') !== null
  document.querySelectorAll('form[data-keep]').forEach((form) => {
    const key = form.dataset.keep
    const field = form.querySelector('input[type=text], textarea')
    const pending = key + ':sent'
    if (sessionStorage.getItem(pending)) {
      sessionStorage.removeItem(pending)
      if (saved) sessionStorage.removeItem(key)
    }
    if (!field.value) field.value = sessionStorage.getItem(key) || ''
    field.addEventListener('input', () => sessionStorage.setItem(key, field.value))
    form.addEventListener('submit', () => sessionStorage.setItem(pending, '1'))
  })

  // The error summary, or after a reload the field that had focus, gets the focus.
  const first = document.querySelector('[data-focus]')
  if (first) first.focus()
  addEventListener('pagehide', () => {
    const active = document.activeElement
    sessionStorage.setItem('focus', JSON.stringify([location.pathname, (active && active.id) || '']))
  })
  if (!first && !location.hash) {
    const [path, id] = JSON.parse(sessionStorage.getItem('focus') || '["",""]')
    const element = path === location.pathname && id && document.getElementById(id)
    if (element && element !== document.body) element.focus({ preventScroll: true })
  }

  document.addEventListener('click', (event) => { if (event.target.closest('[data-print]')) print() })

  // A passkey that was refused or is not there: say so instead of nothing.
  document.addEventListener('allauth.error', (event) => {
    document.querySelectorAll('[data-passkey-failed]').forEach((element) => {
      element.hidden = false
      event.preventDefault() // said to the person, so the console need not
    })
  })

  // A menu closes by Escape and by a click elsewhere.
  const close = (except) => document.querySelectorAll('.menu[open]').forEach((menu) => { if (menu !== except) menu.open = false })
  document.addEventListener('click', (event) => close(event.target.closest('.menu')))
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    const menu = document.activeElement.closest('.menu[open], .notebar details[open]')
    if (menu) { menu.open = false; menu.querySelector('summary').focus() }
  })
})()
