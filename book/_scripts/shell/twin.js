// The link to the other edition leads to the section that is being read: both have the same anchors.

const twin = document.querySelector("a.cr-twin");
const [address] = twin?.href.split("#") ?? [];

twin?.addEventListener("click", () => {
  const section = document.querySelector("#pst-page-toc-nav a[aria-current]");
  twin.href = address + (section?.hash ?? "");
});
