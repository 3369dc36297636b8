(() => {
  'use strict'
  // Ticks and notes stay on this device alone. The page works without this script; it only remembers.
  const root = document.documentElement
  let store
  try { store = window.localStorage; store.setItem('hikeshi-kit-try', '1'); store.removeItem('hikeshi-kit-try') } catch { store = null }
  root.classList.add('scripted')
  const PRE = 'hikeshi-kit:'
  const read = (key) => store && store.getItem(PRE + key)
  const write = (key, value) => { if (store) { if (value) store.setItem(PRE + key, value); else store.removeItem(PRE + key) } }
  const two = (n) => String(n).padStart(2, '0')
  const stamp = () => {
    const d = new Date(), off = -d.getTimezoneOffset(), sign = off < 0 ? '-' : '+', abs = Math.abs(off)
    return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}${sign}${two(Math.floor(abs / 60))}:${two(abs % 60)}`
  }
  const show = (at) => at ? at.slice(5, 16).replace('-', '/').replace('T', ' ') : ''
  const boxes = [...document.querySelectorAll('input[data-key]')]
  const paint = (box) => {
    const at = read(box.dataset.key)
    box.checked = Boolean(at)
    box.closest('li').querySelector('.at').textContent = show(at)
  }
  boxes.forEach((box) => {
    if (store) paint(box)
    box.addEventListener('change', () => {
      const at = box.checked ? stamp() : ''
      write(box.dataset.key, at)
      // Both languages and each list show the same tick of the same situation.
      boxes.filter((one) => one.dataset.key === box.dataset.key).forEach((one) => {
        one.checked = box.checked
        one.closest('li').querySelector('.at').textContent = show(at)
      })
    })
  })
  const areas = [...document.querySelectorAll('textarea[data-notes]')]
  areas.forEach((area) => {
    area.value = read('notes') || ''
    area.addEventListener('input', () => {
      write('notes', area.value)
      if (area.value) { if (!read('notes-at')) write('notes-at', stamp()) } else write('notes-at', '')
      areas.filter((one) => one !== area).forEach((one) => { one.value = area.value })
    })
  })
  const text = () => {
    const lines = [], seen = new Set(), situations = new Set()
    const side = document.getElementById('lang-en').checked ? 'en' : 'ja'
    boxes.filter((box) => box.closest('[data-side]').dataset.side === side).forEach((box) => {
      const at = box.checked && (read(box.dataset.key) || stamp())
      if (!at || seen.has(box.dataset.key)) return
      seen.add(box.dataset.key)
      const [situation, card] = box.dataset.key.split('/')
      if (!situations.has(situation)) {
        situations.add(situation)
        lines.push(`${at} | situation | ${situation} | ${box.closest('section').querySelector('h3').lastChild.textContent}`)
      }
      const words = box.closest('li').querySelector('a').lastChild.textContent
      lines.push(`${at} | card | ${card} | ${words}`)
    })
    const notes = areas.length && areas[0].value.trim()
    if (notes) lines.push(`${read('notes-at') || stamp()} | note | - | ${JSON.stringify(notes)}`)
    lines.sort()
    return [root.dataset.header, ...lines].join('\n') + '\n'
  }
  document.addEventListener('click', async (event) => {
    const copy = event.target.closest('button[data-text]')
    if (copy) {
      const area = document.getElementById(copy.dataset.text)
      area.focus(); area.select()
      try { await navigator.clipboard.writeText(area.value) } catch { document.execCommand('copy') }
      return
    }
    const button = event.target.closest('button[data-do]')
    if (!button) return
    const made = text(), name = `hikeshi-kit-${stamp().slice(0, 16).replace(/[:T]/g, '-')}.txt`
    const shown = button.closest('section').querySelector('textarea[data-out]')
    shown.value = made
    if (button.dataset.do === 'file') {
      const link = document.createElement('a')
      link.href = URL.createObjectURL(new Blob([made], { type: 'text/plain' }))
      link.download = name
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 10000)
    } else if (button.dataset.do === 'share' && navigator.share) {
      try { await navigator.share({ title: name, text: made }) } catch { shown.select() }
    } else if (button.dataset.do === 'forget') {
      if (!window.confirm(button.dataset.ask)) return
      boxes.forEach((box) => { write(box.dataset.key, ''); paint(box); box.checked = false })
      areas.forEach((area) => { area.value = '' })
      write('notes', ''); write('notes-at', '')
      shown.value = ''
    } else {
      shown.focus(); shown.select()
      try { await navigator.clipboard.writeText(made) } catch { document.execCommand('copy') }
    }
  })
  // On paper nobody can unfold: why, source and date are printed, too.
  const unfold = (open) => () => document.querySelectorAll('.why').forEach((one) => { one.open = open })
  window.addEventListener('beforeprint', unfold(true))
  window.addEventListener('afterprint', unfold(false))
  if (!store) document.querySelectorAll('.no-store').forEach((one) => { one.hidden = false })
  if (navigator.language && !navigator.language.startsWith('ja')) document.getElementById('lang-en').checked = true
})()
