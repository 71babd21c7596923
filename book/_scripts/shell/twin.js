// The link to the other edition leads to the section that is being read: both have the same anchors.

const twin = document.querySelector("a.cr-twin");
const [address] = twin?.href.split("#") ?? [];

function place() {
  const query = document.querySelector(".bd-search-container input")?.value;
  if (query) return `?q=${encodeURIComponent(query)}`; // on the search page
  const section = document.querySelector("#pst-page-toc-nav a[aria-current]");
  return section?.hash || location.hash;
}

twin?.addEventListener("click", () => {
  twin.href = address + place();
});
