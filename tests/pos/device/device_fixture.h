#pragma once
// A sale with every kind of line a slip can show, and a folder that goes away.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "pos/device/receipt.h"

namespace mulin::pos {

class ScratchFolder {
  public:
    explicit ScratchFolder(const std::string& name) : path_(testing::TempDir() + "mulin_device_" + name) {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~ScratchFolder() { std::filesystem::remove_all(path_); }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline sync::Sale sample_sale() {
    using payment::Money;
    sync::Sale sale;
    sale.at = *payment::parse_rfc3339("2026-03-10T11:45:00+08:00");
    sale.business_date = payment::china_date(sale.at);
    sale.meal = sync::Meal::lunch;
    sale.service = sync::Service::dine_in;
    sale.lines = {{sync::ItemId("set-a"), "套餐A 红烧狮子头", "Set A Braised pork balls", sync::ItemClass::set,
                   Money::fen(1500), 1, 0, Money::fen(1500)},
                  {sync::ItemId("soup-2"), "紫菜蛋花汤", "Seaweed egg soup", sync::ItemClass::soup, Money::fen(200), 1,
                   0, Money::fen(200)}};
    sale.list = Money::fen(1700);
    sale.benefits = {{"r1", "助餐优惠 8.5 折", "Meal discount 15 %", Money::fen(255), {{"district", Money::fen(255)}}},
                     {"r2", "堂食补贴", "Dine-in allowance", Money::fen(300), {{"street", Money::fen(300)}}}};
    sale.paid = Money::fen(1145);
    sale.cash_rounding = Money::fen(-5);
    sale.payments = {{"cash", "cash", payment::AttemptId("A1"), payment::Outcome::approved, Money::fen(1140),
                      Money::fen(2000), Money::fen(860), {}}};
    return sale;
}

inline SaleSlip sample_slip() {
    SaleSlip slip;
    slip.sale = sample_sale();
    slip.entry = {{sync::TillId("T1"), sync::EpochId("01J8ZQ4W"), 127},
                  "3f2a91bc77d00e15a4c6b8d9e0f1a2b3c4d5e6f708192a3b4c5d6e7f80910213"};
    slip.site_name = "暖春睦邻小厨";
    slip.vendor_name = "三春晖团膳";
    slip.diner_name = "王秀英";
    slip.cashier_name = "林小满";
    slip.meal_number = 127;
    return slip;
}

inline VoidSlip sample_void() {
    VoidSlip slip;
    slip.sale = sample_sale();
    slip.record.target = {sync::TillId("T1"), sync::EpochId("01J8ZQ4W"), 127};
    slip.record.at = *payment::parse_rfc3339("2026-03-10T11:52:00+08:00");
    slip.record.reason = "点错了套餐";
    slip.entry = {{sync::TillId("T1"), sync::EpochId("01J8ZQ4W"), 131}, std::string(64, 'b')};
    slip.site_name = "暖春睦邻小厨";
    slip.diner_name = "王秀英";
    slip.cashier_name = "林小满";
    slip.approver_name = "谷小寒";
    return slip;
}

}  // namespace mulin::pos
